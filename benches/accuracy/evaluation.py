"""The evaluation sets as Python reads them: tables, banks made of them, and how much can be answered at a precision. Needs nothing installed."""
import csv, hashlib, json, os

def rows(path):
    with open(path, encoding='utf-8') as file: return list(csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE))

def toml(text):
    """A JSON string is one of TOML too."""
    return json.dumps(text, ensure_ascii=False).replace('\x7f', '\\u007F')

def write_bank(folder, entries):
    """A bank of approved entries that may all be given."""
    os.makedirs(folder + '/answers')
    with open(folder + '/bank.toml', 'w', encoding='utf-8') as file: file.write('version = 1\nname = "sets"\n')
    for entry in entries:
        body = (entry.get('answer') or 'Described in our policy.').strip()
        seen = {key: [] for key in ('also_asked', 'choices', 'controls', 'evidence', 'products', 'regions')}
        seen |= {'question': entry['question'], 'verdict': 'info', 'audience': 'public', 'body': body}
        digest = hashlib.sha256(json.dumps(seen, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()).hexdigest()
        with open(f'{folder}/answers/{entry["id"]}.md', 'w', encoding='utf-8') as file:
            file.write(f'+++\nid = {toml(entry["id"])}\nquestion = {toml(entry["question"])}\nverdict = "info"\naudience = "public"\nowner = "o"\n'
                       f'approved = {{ by = "o", on = 2026-01-01, digest = "sha256:{digest}" }}\nreview_by = 2099-01-01\n+++\n{body}\n')

def covered(sure, bar):
    """How many of some (score, right or not), the surest first, can be answered with that share of them right; equally sure ones stand or fall together."""
    best = right = 0
    for count, (score, ok) in enumerate(sure, 1):
        right += ok
        if (count == len(sure) or sure[count][0] != score) and right / count >= bar: best = count
    return best
