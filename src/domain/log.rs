//! What happened in a line of words, for the log of a questionnaire and the audit log. Decides nothing.

use super::audit::Audited;
use super::journal::{Decided, Event, ItemState, Moved};
use super::review::Choice;
use super::shown::counted;

/// What an entry says, in words; the kind of entry and who did it stand beside it.
#[must_use]
pub fn in_words(what: &Event) -> String {
    match what {
        Event::Received(received) => format!("{} for {}", received.name, received.sale.customer),
        Event::Proposed(snapshot) => format!("for {}", snapshot.date),
        Event::ProposedAgain(difference) => format!("{} otherwise, for {}", counted(difference.lines.len(), "question"), difference.date),
        Event::Shown { proposal } => format!("the proposal of entry {proposal}"),
        Event::Corrected(correction) if correction.mapping.is_some() => "how its workbook is read".to_owned(),
        Event::Corrected(correction) => format!("the sale or scope, for {}", correction.sale.customer),
        Event::Decided(decided) => decision(decided),
        Event::Assigned(assigned) if assigned.to.is_empty() => format!("{} to nobody", assigned.place),
        Event::Assigned(assigned) => format!("{} to {}", assigned.place, assigned.to),
        Event::Released(released) => format!("{} answers, as of {}", released.told, released.date),
        Event::Closed { why } => why.clone(),
        Event::Reopened => String::new(),
        Event::Moved(moved) => step(moved),
        Event::Learned(learned) => match &learned.answer {
            Some(answer) => format!("{} into {answer}", learned.lesson),
            None => format!("nothing from {}{}", learned.lesson, reason(&learned.why)),
        },
        Event::Recalled(recalled) => format!("{}, told to {}: {}", recalled.about, recalled.customers.join(", "), recalled.why),
        Event::Audited(audited) => act(audited),
        Event::Restored { upto } => format!("from a backup of {upto} entries"),
    }
}

fn reason(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(" ({why})") }
}

fn decision(decided: &Decided) -> String {
    let what = match &decided.choice {
        Choice::Give { answer, .. } => format!("gives {answer}"),
        Choice::Reword { text, .. } => format!("in the words {text:?}"),
        Choice::Reject => "rejected".to_owned(),
        Choice::Leave => "taken back".to_owned(),
    };
    let from = decided.carried_from.as_ref().map(|from| format!(", carried from {from}")).unwrap_or_default();
    format!("{}: {what}{}{from}", decided.place, reason(&decided.reason))
}

fn step(moved: &Moved) -> String {
    let mut told: Vec<String> = moved.state.map(ItemState::name).map(str::to_owned).into_iter().collect();
    told.extend(moved.owner.as_ref().map(|owner| format!("owned by {owner}")));
    told.extend(moved.work.map(|work| format!("work {}", work.name())));
    told.extend(moved.purpose.map(|purpose| format!("for {}", purpose.name())));
    told.extend(
        moved.same_as.as_ref().map(|same| if same.is_empty() { "one of its own".to_owned() } else { format!("the same as {same}") }),
    );
    format!("{}: {}{}", moved.item, told.join(", "), reason(&moved.reason))
}

fn act(audited: &Audited) -> String {
    let about = if audited.about.is_empty() { String::new() } else { format!(": {}", audited.about) };
    format!("{}{about}{}", audited.what.in_words(), reason(&audited.outcome))
}
