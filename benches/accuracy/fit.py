#!/usr/bin/env python3
"""Fits the weights of the ranking and of the confidence, and says how well they do on questions that they were not fitted on.

  fit.py [--bin target/release/answerbank] [--model FILE] [--also DIR ...] [--count 4] [--write src/domain/weights.json]

Needs numpy and scipy. The questions are those in sets/ beside this script, and any further folders of the same layout (--also), which
are learnt from and not kept:
  bank.tsv     id, question, answer
  queries.tsv  id, question, answers, relation, note   (relation: same, modified, changed, trap or none)
Those of --also count several times (--count): our sets were written to a few briefs, and are more alike than the questions of the world.

The program itself tells what it sees of each match (`answerbank match --json --explain`), once for each view:
  words   words alone (the meanings are taken away before fitting): for questions in other languages
  table   words and the program's own small table of meanings
  mixed   the same, against a bank that the sentence model embedded (`answerbank model embed`)
  model   the sentence model on both sides; needs --model

relevance   weights of a conditional logit: of the matches of a question, the right one should come first, whatever its relation
place       logistic regression on the first match: it is the entry to start from, whatever its relation
confidence  logistic regression on the first match: right and `same`; signs of guards and likenesses are held to what they mean

Printed, and written into the file as `measured`: five-fold cross-validation by whole sets, so that the author of a question is never
among those that the weights were fitted on. `ready` counts the first matches in which nothing is left that could make a difference
(no guard, every word has its partner, same facet and form of the verb); the bound is the upper end of the one-sided 95 %
Clopper-Pearson interval.
"""
import argparse, json, os, subprocess, sys, tempfile
import numpy as np
from scipy.optimize import minimize
from scipy.stats import beta
from evaluation import covered, rows, write_bank

HERE = os.path.dirname(os.path.abspath(__file__))
GUARDS = ['polarity', 'quantity', 'period', 'standard', 'scope', 'actor', 'facet', 'tense', 'compound']
LIKENESS = ['search', 'asked_covered', 'wording_covered', 'letters', 'covered', 'answer_covered', 'meaning', 'answer_meaning', 'together']
RELEVANCE = LIKENESS + GUARDS
PLACE = ['asked_covered', 'letters', 'covered', 'answer_covered', 'meaning', 'answer_meaning', 'lead', 'relevance', 'brevity', 'length', 'lack_gap']
CONFIDENCE = LIKENESS[:8] + ['lacks', 'beyond', 'whole'] + GUARDS + [
    'same_facet', 'rarest_lack', 'rarest_beyond', 'brevity', 'lack_gap', 'beyond_gap', 'only_asked', 'only_stored', 'nearly_verbatim', 'brief_verbatim',
    'length', 'long_letters', 'long_warned', 'lack_share', 'beyond_share', 'long_lack_share', 'long_beyond_share', 'lead', 'relevance']
NEVER_FOR = set(GUARDS) | {'lacks', 'beyond', 'rarest_lack', 'rarest_beyond', 'lack_gap', 'beyond_gap', 'lack_share', 'beyond_share'}
NEVER_AGAINST = {'lead', 'relevance', 'meaning', 'whole', 'same_facet'}
MEANINGS = {'meaning', 'answer_meaning', 'together'}
SETTLED, CAP = 0.97, 0.96

def matches(args, folder, view):
    """What the program sees of the matches of each question of a set."""
    bank, queries = rows(folder + '/bank.tsv'), rows(folder + '/queries.tsv')
    with tempfile.TemporaryDirectory() as place:
        write_bank(place + '/bank', bank)
        common = ['--bank', place + '/bank', '--cache', place + '/cache']
        if view == 'mixed': subprocess.run([args.bin, 'model', 'embed', *common, '--model', args.model], check=True, stdout=subprocess.DEVNULL)
        run = subprocess.run([args.bin, 'match', '--json', '--explain', *common, '--model', args.model if view == 'model' else 'none'], text=True, capture_output=True,
                             input=''.join(json.dumps({'id': q['id'], 'question': q['question']}) + '\n' for q in queries))
    if run.returncode: sys.exit(run.stderr)
    found = []
    for query, line in zip(queries, run.stdout.splitlines()):
        told = json.loads(line)['matches']
        features = [{name: 0.0 if view == 'words' and name in MEANINGS else value for name, value in one['features'].items()} for one in told]
        found.append(dict(relation=query['relation'], note=query.get('note', ''), right=set(filter(None, query['answers'].split('|'))), ids=[one['answer'] for one in told], features=features))
    return found

def fit_relevance(questions, penalty=1.0):
    data = []
    for one in questions:
        hit = np.array([id in one['right'] for id in one['ids']])
        if hit.any(): data.append((np.array([[f[name] for name in RELEVANCE] for f in one['features']]), hit))
    def loss(weights):
        total, slope = penalty * weights @ weights / 2, penalty * weights
        for seen, hit in data:
            score = seen @ weights; chance = np.exp(score - score.max()); chance /= chance.sum(); right = (chance * hit).sum()
            total -= np.log(right + 1e-12); slope = slope - seen.T @ (chance * hit / right - chance)
        return total, slope
    return dict(zip(RELEVANCE, minimize(loss, np.zeros(len(RELEVANCE)), jac=True, method='L-BFGS-B').x))

def ranked(questions, relevance):
    """The same with the matches in the order of the weights, as the program would rank them."""
    out = []
    for one in questions:
        scored = sorted(((sum(relevance[name] * f[name] for name in RELEVANCE), id, f) for id, f in zip(one['ids'], one['features'])), key=lambda each: -each[0])
        scores = [score for score, _, _ in scored]
        first = dict(scored[0][2], relevance=scores[0], lead=max(-3, min(3, scores[0] - max([0.0, *scores[1:]]))) / 3) if scored else None
        out.append(dict(one, ids=[id for _, id, _ in scored], first=first))
    return out

def fit_place(questions):
    """The chance that the first match is the entry to start from, whatever its relation."""
    told = [one for one in questions if one['first']]
    return logistic(told, PLACE, [float(one['ids'][0] in one['right']) for one in told], 1.0)

def fit_confidence(questions):
    graded = [one for one in questions if one['first'] and one['relation'] != 'modified']
    return logistic(graded, CONFIDENCE, [float(one['relation'] == 'same' and one['ids'][0] in one['right']) for one in graded], 2.0)

def logistic(questions, names, right, penalty):
    seen = np.array([[1.0] + [one['first'][name] for name in names] for one in questions])
    right = np.array(right)
    def loss(weights):
        chance = 1 / (1 + np.exp(-seen @ weights)); kept = np.r_[0, weights[1:]]
        return -(right * np.log(chance + 1e-12) + (1 - right) * np.log(1 - chance + 1e-12)).sum() + penalty * kept @ kept / 2, seen.T @ (chance - right) + penalty * kept
    bounds = [(None, None)] + [(None, 0) if name in NEVER_FOR else (0, None) if name in NEVER_AGAINST else (None, None) for name in names]
    return dict(zip(['bias'] + names, minimize(loss, np.zeros(len(bounds)), jac=True, method='L-BFGS-B', bounds=bounds).x))

def settled(first): return bool(first['whole'] and first['same_facet'] and not any(first[name] for name in GUARDS))

def confidence(first, weights):
    chance = 1 / (1 + np.exp(-weights['bias'] - sum(weights[name] * first[name] for name in CONFIDENCE)))
    return SETTLED + (0.999 - SETTLED) * chance if settled(first) else min(chance, CAP)

def cover(sure, bar): return covered(sure, bar) / max(1, len(sure))

def bound(wrong, given): return 1.0 if given == 0 else float(beta.ppf(0.95, wrong + 1, given - wrong))

def figures(questions, weights):
    have = [one for one in questions if one['right']]
    place = [next((at for at, id in enumerate(one['ids']) if id in one['right']), 99) for one in have]
    graded = [one for one in questions if one['relation'] != 'modified' and one['first']]
    ok = lambda one: one['relation'] == 'same' and one['ids'][0] in one['right']
    sure = sorted(((confidence(one['first'], weights), ok(one)) for one in graded), key=lambda each: -each[0])
    bins = [[x for x in sure if min(9, int(x[0] * 10)) == each] for each in range(10)]
    ready = [one for one in graded if settled(one['first'])]
    return dict(n=len(questions), r1=np.mean([at == 0 for at in place]), r5=np.mean([at < 5 for at in place]), cover95=cover(sure, .95), cover99=cover(sure, .99),
                ece=sum(abs(sum(c for c, _ in each) - sum(o for _, o in each)) for each in bins) / max(1, len(graded)),
                ready=len(ready), wrong=sum(not ok(one) for one in ready))

def show(name, f):
    print(f'{name:12} n={f["n"]:4} r@1={f["r1"]:.3f} r@5={f["r5"]:.3f} cover@95={f["cover95"]:.3f} cover@99={f["cover99"]:.3f} ece={f["ece"]:.3f} ready={f["ready"]:4} wrong={f["wrong"]} (bound {bound(f["wrong"], f["ready"]):.4f})', flush=True)

def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument('--bin', default='target/release/answerbank'); ap.add_argument('--model'); ap.add_argument('--sets', default=HERE + '/sets')
    ap.add_argument('--also', nargs='*', default=[]); ap.add_argument('--count', type=int, default=4); ap.add_argument('--write')
    args = ap.parse_args()
    folders = [os.path.join(args.sets, name) for name in sorted(os.listdir(args.sets))] + args.also
    views = ['words', 'table'] + (['mixed', 'model'] if args.model else [])
    fitted = {}
    for view in views:
        sets = {os.path.basename(folder.rstrip('/')): matches(args, folder, view) for folder in folders}
        others = {os.path.basename(folder.rstrip('/')) for folder in args.also}; of = lambda name: sets[name] * (args.count if name in others else 1)
        names = list(sets); folds = [names[at::5] for at in range(5)]; tested = []
        print(f'{view}: five-fold cross-validation by sets')
        for fold in folds:
            train = [one for name in names if name not in fold for one in of(name)]
            relevance = fit_relevance(train); weights = fit_confidence(ranked(train, relevance))
            for name in fold:
                f = figures(ranked(sets[name], relevance), weights); tested.append(f); show(name, f)
        given, wrong = sum(f['ready'] for f in tested), sum(f['wrong'] for f in tested)
        print(f'{view}: ready {given} of {sum(f["n"] for f in tested)}, wrong {wrong}, bound {bound(wrong, given):.4f}')
        every = [one for name in names for one in of(name)]
        relevance = fit_relevance(every); weights = fit_confidence(ranked(every, relevance)); place = fit_place(ranked(every, relevance))
        rounded = lambda numbers: {name: round(float(value), 3) for name, value in numbers.items() if abs(value) >= 0.0005}
        fitted[view] = dict(relevance=rounded(relevance), place=rounded(place), confidence=rounded(weights), measured=dict(given=given, wrong=wrong, bound=round(bound(wrong, given), 5)))
    if args.write:
        known = json.load(open(args.write)) if os.path.exists(args.write) else {'views': {}}
        known['views'] |= fitted
        with open(args.write, 'w') as file: file.write(json.dumps({'views': known['views']}, indent=1) + '\n')

if __name__ == '__main__': main()
