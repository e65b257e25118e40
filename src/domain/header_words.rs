//! What header cells call their columns, in several languages, and what single words of lists and marks mean. Words only: no layout, no sheet.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::wording::words;

/// What a column is for, as far as its header tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What is asked.
    Question,
    /// Where the answer goes.
    Answer,
    /// Free text beside the answer.
    Comment,
    /// Number or id of the question.
    Id,
    /// Heading that groups questions.
    Section,
    /// Help for whoever answers.
    Guidance,
    /// Something else that belongs to the answer: who is responsible, when, which document.
    Extra,
    /// What the asker fills in: scores, weights, levels.
    Buyer,
}

/// Words for each role. A header matches by its longest phrase; of equal ones the first in this list.
#[rustfmt::skip]
const HEADERS: &[(Role, &[&str])] = &[
    (Role::Comment, &[
        "comment", "comments", "note", "notes", "remark", "remarks", "explanation", "explanations", "explain", "justification", "rationale",
        "additional information", "additional details", "details", "detail", "implementation description", "implementation details",
        "response details", "answer details", "supporting information", "supporting evidence", "evidence", "evidence reference", "further information",
        "additional comments", "vendor comments", "vendor notes", "supplier comments", "interview notes", "narrative", "elaborate", "elaboration",
        "kommentar", "kommentare", "bemerkung", "bemerkungen", "anmerkung", "anmerkungen", "erläuterung", "erläuterungen", "begründung", "nachweis",
        "commentaire", "commentaires", "remarque", "remarques", "précisions", "justificatif", "justificatifs",
        "comentario", "comentarios", "observaciones", "observación", "notas", "justificación", "evidencia", "evidencias", "commento", "note aggiuntive",
        "opmerkingen", "toelichting", "uwagi", "komentarz", "anmärkning", "kommentti", "poznámka", "megjegyzés", "açıklama", "комментарий", "備考", "コメント", "备注", "補足", "비고", "beskrivning", "stellungnahme", "umsetzungsbeschreibung", "statement of compliance", "bidder s statement", "remarques du candidat", "osservazioni", "modalità di implementazione", "observações", "comentários", "evidências",
    ]),
    (Role::Answer, &[
        "answer", "answers", "response", "responses", "reply", "your answer", "your response", "vendor response", "vendor answer", "supplier response",
        "supplier answer", "provider response", "respondent answer", "bidder response", "company response", "status", "result", "results", "compliant",
        "compliance", "complies", "comply", "yes no", "y n", "yes no na", "yes no n a", "in place", "implemented", "implementation status",
        "compliance status", "met", "tested", "valid", "finding", "response indicator", "current state", "your reply", "met not met",
        "antwort", "antworten", "ihre antwort", "ja nein", "ergebnis", "erfüllt", "erfüllungsgrad", "umsetzungsstatus", "umgesetzt", "stand",
        "réponse", "réponses", "votre réponse", "oui non", "statut", "état", "conforme", "conformité", "résultat",
        "respuesta", "respuestas", "su respuesta", "si no", "sí no", "estado", "cumple", "cumplimiento", "resultado",
        "risposta", "risposte", "antwoord", "resposta", "respostas", "conformidade", "svar", "uppfylls", "uppfyllt", "opfyldt", "oppfylt", "odpowiedź", "wartość", "vastaus", "odpověď", "válasz", "yanıt", "ответ", "回答", "回答欄", "回答内容", "答复", "回复", "답변", "狀態", "状态", "ステータス", "상태",
    ]),
    (Role::Question, &[
        "question", "questions", "question text", "requirement", "requirements", "control question", "assessment question", "security question",
        "verification requirement", "detailed verification requirement", "checklist item", "check item", "test name", "test case", "recommendation",
        "benchmark recommendation", "control specification", "control description", "control statement", "requirement description", "statement",
        "req description", "requirement text", "control text", "critical security control detail", "safeguard", "subcategory", "criteria", "criterion", "query", "what we ask", "security requirement", "control requirement", "inquiry", "control objective",
        "frage", "fragen", "fragestellung", "anforderung", "anforderungen", "prüffrage", "kontrollfrage", "kriterium", "maßnahme",
        "exigence", "exigences", "critère", "critères", "mesure", "point de contrôle",
        "pregunta", "preguntas", "requisito", "requisitos", "cuestión", "criterio", "domanda", "domande", "vraag", "vragen", "pergunta", "perguntas",
        "spørgsmål", "fråga", "frågor", "krav", "kravtext", "kravbeskrivning", "pytanie", "pytania", "wymaganie", "wskaźnik", "kysymys", "otázka", "požadavek", "kérdés", "soru", "вопрос", "требование", "eis", "eisen", "affirmation", "affirmations", "assertion", "expectation", "質問項目", "設問", "確認事項", "質問事項", "항목", "질문", "問題", "问题", "質問", "檢查清單項目", "清單項目", "チェックリスト項目",
    ]),
    (Role::Guidance, &[
        "ergänzende informationen", "helpful information", "tool tips", "references", "informative references", "mapping", "mappings", "framework mapping", "related controls", "guidance", "help", "help text", "more info", "more information", "objective", "objectives", "description", "instruction", "instructions", "example",
        "examples", "tools", "tool used", "testing procedure", "testing procedures", "training", "how to answer", "why", "what to look for",
        "implementation guidance", "auditing guidelines", "customer guidance", "guideline", "guidelines", "purpose", "hinweis", "hinweise", "hilfe", "beschreibung", "erklärung",
        "aide", "description détaillée", "conseils", "guide", "ayuda", "guía", "descripción", "orientación", "indicaciones", "ejemplo",
    ]),
    (Role::Section, &[
        "section", "domain", "category", "area", "main area", "sub area", "topic", "family", "control family", "control domain", "domain title", "group", "subject", "stream",
        "theme", "chapter", "kategorie", "bereich", "thema", "kapitel", "abschnitt", "domaine", "catégorie", "thème", "rubrique",
        "categoría", "dominio", "área", "sección", "tema", "capítulo", "categoria",
    ]),
    (Role::Extra, &[
        "responsibility", "responsibilities", "responsible", "owner", "control ownership", "ownership", "answered by", "completed by", "respondent", "contact", "date",
        "umsetzung bis", "bis wann", "termin", "frist", "échéance", "plazo", "fecha límite", "fecha prevista", "kostenschätzung", "deadline", "completion date", "target date", "due date", "planned date", "attachment", "attachments", "document", "documents", "document name", "file name", "link", "url",
        "verantwortlich", "verantwortlicher", "zuständig", "datum", "responsable", "fecha", "monitoring", "date prévue",
    ]),
    (Role::Buyer, &[
        "score", "scoring", "weight", "weighting", "level", "severity", "priority", "criticality", "rating", "points", "risk", "risk level", "risk indicated", "impact",
        "likelihood", "required", "mandatory", "reviewer", "reviewer comments", "reviewer notes", "assessor", "assessor notes", "analyst notes", "evaluation",
        "buyer", "evaluator", "evaluator comments", "internal use", "internal use only", "for internal use only", "graph query", "secure", "cost", "scale", "simple", "since", "maturity level",
        "auditor", "auditor only", "feststellung des prüfers", "nur auditor", "utvärdering", "poäng", "evaluatie", "beoordeling", "évaluation", "evaluación", "valutazione", "avaliação", "ocena", "vurdering", "評価", "gewichtung", "punkte", "bewertung", "priorität", "poids", "priorité", "niveau", "peso", "puntuación", "prioridad", "nivel",
    ]),
    (Role::Id, &[
        "id", "no", "nr", "num", "number", "ref", "reference", "ref id", "question id", "question number", "question no", "control id", "requirement id", "item", "key", "guid",
        "identifier", "q", "index", "nummer", "kennung", "numéro", "réf", "référence", "número", "código", "code", "identificador", "mstg id", "cwe", "nist", "azure id",
    ]),
];

/// How surely a header names a role: the whole header, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Named {
    /// The role.
    pub role: Role,
    /// 1.0 where the phrase is the whole header, less the more other words there are.
    pub strength: f32,
}

/// Those who ask: a column that is called after one of them is theirs, whatever it is for.
#[rustfmt::skip]
const ASKERS: &[&str] = &[
    "auditor", "auditors", "reviewer", "reviewers", "assessor", "assessors", "evaluator", "evaluators", "analyst", "prüfer", "prüfers", "auditeur", "évaluateur", "evaluador", "revisor",
    "valutatore", "avaliador", "beoordelaar",
];

/// Longer texts are no headers.
const MAX_HEADER_WORDS: usize = 14;

/// What a header cell says, if it says anything that is known.
#[must_use]
pub fn role_of_header(text: &str) -> Option<Named> {
    if text.trim() == "#" {
        return Some(Named { role: Role::Id, strength: 1.0 });
    }
    let words = words(text);
    if words.is_empty() || words.len() > MAX_HEADER_WORDS {
        return None;
    }
    if words.iter().any(|word| ASKERS.contains(&word.as_str())) {
        return Some(Named { role: Role::Buyer, strength: 1.0 });
    }
    // A "question id" is an id, whatever phrase of it is longer; "yes/no" is no number.
    let yes_no = words.ends_with(&["yes".to_owned(), "no".to_owned()]);
    let last_is_id = !yes_no && matches!(words.last().map(String::as_str), Some("id" | "no" | "nr" | "number" | "ref" | "guid"))
        || text.trim_end().ends_with('#');
    let stands_at =
        |at: usize, phrase: &Phrase| words[at..].len() >= phrase.words.len() && words[at..].iter().zip(&phrase.words).all(|(a, b)| a == b);
    let found = (0..words.len())
        .flat_map(|at| PHRASES.get(words[at].as_str()).into_iter().flatten().map(move |phrase| (at, phrase)))
        .filter(|(at, phrase)| stands_at(*at, phrase));
    let (at, phrase) = found.max_by_key(|(_, phrase)| (phrase.words.len(), std::cmp::Reverse(phrase.rank)))?;
    #[allow(clippy::cast_precision_loss, reason = "a header has few words")]
    let share = phrase.words.len() as f32 / words.len() as f32;
    let strength = if at == 0 { share.max(0.5) } else { share };
    Some(Named { role: if last_is_id { Role::Id } else { phrase.role }, strength })
}

/// A phrase of a header.
struct Phrase {
    role: Role,
    words: Vec<String>,
    /// Its place among all: of two that are equally long the first counts.
    rank: usize,
}

/// All phrases by their first word.
static PHRASES: LazyLock<HashMap<String, Vec<Phrase>>> = LazyLock::new(|| {
    let mut by_word: HashMap<String, Vec<Phrase>> = HashMap::new();
    let all = HEADERS.iter().flat_map(|(role, phrases)| phrases.iter().map(|phrase| (*role, *phrase)));
    for (rank, (role, phrase)) in all.enumerate() {
        // Split as texts are: an ideograph is a word of its own.
        let words = words(phrase);
        by_word.entry(words[0].clone()).or_default().push(Phrase { role, words, rank });
    }
    by_word
});

/// Words that stand for an answer of their own: headers of columns in which one is marked.
#[rustfmt::skip]
const ANSWER_WORDS: &[&str] = &[
    "yes", "no", "partial", "partially", "partly", "in part", "n a", "na", "not applicable", "planned", "y", "n", "true", "false", "compliant", "non compliant",
    "not compliant", "partially compliant", "comply", "does not comply", "met", "not met", "partially met", "implemented", "not implemented", "partially implemented",
    "in place", "not in place", "unknown", "dont know", "i dont know", "other", "alternative", "fully", "in progress", "standard", "custom", "third party", "not tested", "not in place yet",
    "ja", "nein", "teilweise", "entfällt", "nicht anwendbar", "geplant", "erfüllt", "nicht erfüllt", "oui", "non", "partiel", "partiellement", "sans objet", "s o", "prévu",
    "sí", "si", "no aplica", "parcial", "parcialmente", "planificado", "n d", "sim", "não", "in parte", "nee", "deels", "nvt", "n v t", "gedeeltelijk", "agree", "disagree", "exception", "strongly agree", "strongly disagree", "pass", "fail", "passed", "failed", "ok", "not ok", "done", "not done",
    "satisfied", "not satisfied", "in place with ccw", "tak", "nie", "częściowo", "nie dotyczy", "nej", "nei", "delvis", "delvist", "ej tillämpligt", "sì", "parzialmente", "não aplicável", "no aplica", "umgesetzt", "nicht umgesetzt",
    "teilweise umgesetzt", "entbehrlich", "conforme", "non conforme", "cumple", "no cumple", "j", "s", "o", "はい", "いいえ", "該当なし", "是", "否", "不适用", "예", "아니오", "ano", "ne", "igen", "nem", "evet", "hayır", "да", "нет",
];

/// Whether a text is a short answer on its own, such as the head of a column of tick boxes.
#[must_use]
pub fn is_answer_word(text: &str) -> bool {
    static KNOWN: LazyLock<HashSet<String>> = LazyLock::new(|| ANSWER_WORDS.iter().map(|word| words(word).join(" ")).collect());
    text.len() <= LONGEST_WORD && KNOWN.contains(words(text).join(" ").as_str())
}

/// Bytes of the longest text that is looked up as a short answer or a placeholder.
const LONGEST_WORD: usize = 60;

/// Whether yes or no, in some language, is one of a few words: "rather yes", "yes, in part".
#[must_use]
pub fn holds_answer_word(text: &str) -> bool {
    const PLAIN: &[&str] = &[
        "yes",
        "no",
        "ja",
        "nein",
        "nee",
        "nej",
        "nei",
        "oui",
        "non",
        "sí",
        "sim",
        "não",
        "tak",
        "nie",
        "agree",
        "disagree",
        "met",
        "fully",
        "partially",
        "partly",
    ];
    const IF: &[&str] = &["if", "wenn", "falls", "si", "se", "als", "indien", "jeśli", "jeżeli", "om", "hvis", "in", "bei"];
    let words = words(text);
    words.len() <= 5 && !words.iter().any(|word| IF.contains(&word.as_str())) && words.iter().any(|word| PLAIN.contains(&word.as_str()))
}

/// Words of a list that mean "nobody has looked at this yet".
#[rustfmt::skip]
const NOT_YET: &[&str] = &[
    "not started", "not verified", "tbd", "to be determined", "to do", "todo", "open", "pending", "not assessed", "not reviewed", "not tested", "not answered", "unanswered",
    "nicht begonnen", "nicht geprüft", "offen",
    "non vérifié", "à faire", "non commencé", "sin verificar", "no verificado", "no iniciado", "pendiente", "未驗證", "未验证", "未確認", "확인되지 않음", "não verificado",
];

/// Words that ask to choose one of a list.
#[rustfmt::skip]
const CHOOSE: &[&str] = &[
    "please select", "select", "select one", "choose", "choose one", "select an option", "choose an item", "bitte auswählen", "bitte wählen", "seleccione",
    "sélectionner", "choisir", "selezionare", "selecione", "kies", "選択してください", "请选择",
];

/// Whether a text asks for the answer in its place, and so is none itself wherever it stands: "Select…", "[Enter your response here]".
#[must_use]
pub fn asks_to_enter(text: &str) -> bool {
    is_placeholder(text)
        && (text.trim().starts_with(['[', '<']) || CHOOSE.contains(&words(text).join(" ").as_str()) || CHOOSE.contains(&text.trim()))
}

/// Words of a text in brackets that asks for the answer in its place: "[Please insert your response here]".
const TO_ENTER: &[&str] = &[
    "insert",
    "enter",
    "type",
    "select",
    "choose",
    "fill",
    "eintragen",
    "eingeben",
    "ausfüllen",
    "saisir",
    "indiquer",
    "compléter",
    "introducir",
    "introduzca",
    "indicar",
    "inserire",
    "inserir",
    "invullen",
];

/// Whether a word of a list means "not yet".
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let bracketed =
        matches!((text.trim().chars().next(), text.trim().chars().next_back()), (Some('['), Some(']')) | (Some('<'), Some('>')));
    if bracketed && words(text).iter().any(|word| TO_ENTER.contains(&word.as_str())) {
        return true;
    }
    if text.len() > LONGEST_WORD {
        return false;
    }
    let text = text.trim().trim_matches(['<', '>', '[', ']', '-', '.', '…', ' ']);
    let joined = words(text).join(" ");
    [NOT_YET, CHOOSE].iter().any(|known| known.contains(&joined.as_str()) || known.contains(&text))
}

/// Signs that people put into a box to mark it.
pub const MARKS: &[&str] = &["x", "X", "✓", "✔", "☑", "☒", "✗", "✘", "●", "•", "■", "√", "1", "a", "ü"];

/// Whether a text is a box that nobody has marked.
#[must_use]
pub fn is_empty_box(text: &str) -> bool {
    matches!(text.trim(), "☐" | "□" | "○" | "◻" | "[ ]" | "[]" | "( )" | "_" | "__" | "...")
}

/// Whether a text is a mark.
#[must_use]
pub fn is_mark(text: &str) -> bool {
    MARKS.contains(&text.trim())
}

/// Whether a cell holds nothing but what a box holds: nothing, a mark, or an empty box.
#[must_use]
pub fn is_box(text: &str) -> bool {
    text.is_empty() || is_mark(text) || is_empty_box(text)
}

/// Whether a sheet's name says that it tells how to fill in the others.
#[must_use]
pub fn names_instructions(sheet: &str) -> bool {
    #[rustfmt::skip]
    const NAMES: &[&str] = &[
        "instruction", "instructions", "readme", "guide", "guidance", "help", "howto", "introduction", "intro", "overview", "glossary", "definitions", "terms", "anleitung", "hinweise", "hilfe",
        "einleitung", "glossar", "notice", "aide", "glossaire", "instrucciones", "ayuda", "glosario", "istruzioni", "glossario", "instructies", "toelichting", "instruções", "ajuda", "changelog",
        "legend", "legende", "revision", "版本历史", "説明",
    ];
    let words = words(sheet);
    words.iter().any(|word| NAMES.contains(&word.as_str())) || ["read me", "how to", "start here"].contains(&words.join(" ").as_str())
}

/// Words with which questions and requirements begin, or that make a sentence one.
#[rustfmt::skip]
const ASKING: &[&str] = &[
    "do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "can", "could", "will", "would", "should", "may", "how", "what", "which", "who", "whom", "whose",
    "where", "when", "why", "whether", "if", "describe", "explain", "provide", "list", "please", "confirm", "state", "indicate", "specify", "verify", "ensure", "attach", "outline",
    "detail", "identify", "define", "establish", "implement", "maintain", "document", "use", "perform", "configure", "enable", "protect", "monitor", "restrict", "review",
    "haben", "hat", "ist", "sind", "werden", "wird", "gibt", "wie", "was", "welche", "welcher", "wer", "wo", "wann", "verfügt", "beschreiben", "bitte", "können", "verwenden",
    "avez", "est", "sont", "comment", "quel", "quelle", "quels", "quelles", "qui", "où", "quand", "décrivez", "disposez", "existe", "veuillez", "utilisez",
    "tiene", "tienen", "es", "son", "está", "están", "cómo", "qué", "cuál", "cuáles", "quién", "dónde", "cuándo", "describa", "dispone", "existe", "indique", "cuenta",
];

/// Words that make a sentence a requirement wherever they stand.
const OBLIGING: &[&str] =
    &["must", "shall", "should", "required", "muss", "müssen", "soll", "sollen", "doit", "doivent", "debe", "deben", "deberá", "vendor"];

/// Whether a text is a remark to whoever answers: "Note: give the date".
#[must_use]
pub fn is_remark(text: &str) -> bool {
    const OPENINGS: &[&str] =
        &["note", "nb", "n.b", "hint", "tip", "hinweis", "anmerkung", "remarque", "nota", "opmerking", "let op", "uwaga", "注", "※"];
    let (opening, _) = text.split_once([':', '：', ' ']).unwrap_or((text, ""));
    let closed = text[opening.len()..].starts_with([':', '：']);
    text.starts_with('※') || closed && OPENINGS.contains(&opening.trim_end_matches('.').to_lowercase().as_str())
}

/// Whether a text asks on from the question before it: "If yes, describe", "Please attach the report".
#[must_use]
pub fn asks_on(text: &str) -> bool {
    #[rustfmt::skip]
    const OPENINGS: &[&str] = &[
        "if yes", "if no", "if so", "if not", "if applicable", "if the answer", "if answered", "if you answered", "if partially", "if any", "when yes", "where yes", "please attach", "attach",
        "wenn ja", "wenn nein", "falls ja", "falls nein", "falls zutreffend", "sofern ja", "bei ja", "bei nein", "si oui", "si non", "dans l affirmative", "le cas échéant", "en caso afirmativo",
        "en caso negativo", "en su caso", "si la respuesta", "si es así", "de ser así", "en caso de", "se sì", "se sí", "se si", "in caso affermativo", "in caso negativo", "se sim", "se não", "em caso afirmativo", "em caso positivo",
        "indien ja", "indien nee", "indien van toepassing", "zo ja", "zo nee", "hvis ja", "hvis nej", "om ja", "om nej", "jeśli tak", "jeżeli tak", "jeśli nie", "jeżeli nie",
    ];
    let spaced = words(super::wording::without_numbering(&text.replace(['\'', '’'], " "))).join(" ");
    OPENINGS.iter().any(|opening| spaced.strip_prefix(opening).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

/// How much a text reads like something asked, 0 to 1: a question mark, an asking or obliging word, the length of a sentence.
#[must_use]
pub fn asks(text: &str) -> f32 {
    let words = words(super::wording::without_numbering(text));
    let Some(first) = words.first() else { return 0.0 };
    if text.contains(['?', '？', '¿']) {
        return 1.0;
    }
    let ideographs = text.chars().filter(|c| u32::from(*c) > 0x2E80).count();
    let sentence = words.len() >= 5 || ideographs >= 8;
    match (sentence, ASKING.contains(&first.as_str()) || words.iter().any(|word| OBLIGING.contains(&word.as_str()))) {
        (true, true) => 0.9,
        (true, false) => 0.6,
        (false, true) if words.len() >= 3 => 0.6,
        (false, _) if words.len() >= 2 => 0.2,
        _ => 0.0,
    }
}
