//! OSCAL files → frameworks and controls.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{FileTold, Imported, Order, Write, name_of, slug};
use crate::bank::edit::{self, Change, Value};
use crate::bank::format::{self, CONTROL_KEYS, is_id};
use crate::bank::oscal::{Catalog, Component, Implemented, Oscal, labelled, read as read_oscal};
use crate::domain::bank::{Bank, ControlState, Severity};
use crate::domain::requirement::Crosswalk;
use crate::engine::Failure;
use crate::engine::curate::{edit_failure, read};

/// What one file brings, as new files or further requirements of one that is there.
pub fn gather(order: &Order, bank: &Bank, path: &Path, writes: &mut Vec<Write>, imported: &mut Imported) -> Result<(), Failure> {
    let bytes = crate::engine::read_file(path, order.worker.limits.file)?;
    let read = read_oscal(&bytes).map_err(|what| {
        Failure::new(format!("{}: {what}", path.display()), "import a catalog or a component definition of OSCAL, as JSON")
    })?;
    let mut told = FileTold { file: name_of(path), ..FileTold::default() };
    match read {
        Oscal::Catalog(read) => catalog(order, bank, &read, writes, imported, &mut told)?,
        Oscal::Components(read) => components(order, bank, path, &read, writes, imported, &mut told)?,
    }
    imported.files.push(told);
    Ok(())
}

fn catalog(
    order: &Order,
    bank: &Bank,
    catalog: &Catalog,
    writes: &mut Vec<Write>,
    imported: &mut Imported,
    told: &mut FileTold,
) -> Result<(), Failure> {
    (told.source, told.found, told.given) = ("catalog", catalog.requirements.len() + catalog.withdrawn, catalog.requirements.len());
    if catalog.withdrawn > 0 {
        told.notes.push(format!("{} requirements are withdrawn, and left out", catalog.withdrawn));
    }
    let id = order.framework.clone().unwrap_or_else(|| slug(&catalog.title));
    if !is_id(&id) {
        return Err(Failure::usage(format!("{id:?} makes no id of a framework"), "name it: --framework nist-800-53-r5"));
    }
    let mut once = BTreeMap::new();
    for (id, title) in &catalog.requirements {
        if once.insert(id.clone(), title.clone()).is_some() {
            told.notes.push(format!("{id} stands there twice; the first one is taken"));
        }
    }
    if let Some(framework) = bank.frameworks.get(&id) {
        let further: Vec<(String, String)> =
            catalog.requirements.iter().filter(|(id, _)| !framework.requirements.contains_key(id)).cloned().collect();
        if !further.is_empty() {
            let seen = read(&order.bank, &framework.file)?;
            let text = edit::with_requirements(&seen.text, &further).map_err(|what| edit_failure(&seen.unfit(what)))?;
            imported.written.push(format!("{}: {} more requirements", framework.file, further.len()));
            writes.push(Write::Change { seen, text });
        }
        return Ok(());
    }
    let title = if catalog.title.is_empty() { id.clone() } else { catalog.title.clone() };
    let mut changes = vec![Change::Set("id", Value::Text(id.clone())), Change::Set("title", Value::Text(title))];
    if !catalog.version.is_empty() {
        changes.push(Change::Set("edition", Value::Text(catalog.version.clone())));
    }
    let bug = |what: String| Failure::new(what, "this is a bug; please report it");
    let head = edit::toml_text("", &["id", "title", "edition"], &changes).map_err(bug)?;
    let text = edit::with_requirements(&head, &catalog.requirements).map_err(bug)?;
    imported.written.push(format!("frameworks/{id}.toml: {} requirements", once.len()));
    writes.push(Write::New { file: format!("frameworks/{id}.toml"), text });
    Ok(())
}

fn components(
    order: &Order,
    bank: &Bank,
    path: &Path,
    components: &[Component],
    writes: &mut Vec<Write>,
    imported: &mut Imported,
    told: &mut FileTold,
) -> Result<(), Failure> {
    told.source = "component-definition";
    let crosswalk = Crosswalk::new(bank);
    let all: Vec<&str> = components.iter().flat_map(|one| &one.implemented).map(|one| one.requirement.as_str()).collect();
    let spelled = |framework: &str, id: &str| {
        crosswalk.spelled(&format!("{framework}/{}", labelled(id))).or_else(|| crosswalk.spelled(&format!("{framework}/{id}")))
    };
    let framework = match &order.framework {
        Some(id) if bank.frameworks.contains_key(id) => id.clone(),
        Some(id) => return Err(Failure::usage(format!("--framework {id}: the bank has no such framework"), "import its catalog first")),
        None => {
            let mut fitting =
                bank.frameworks.keys().filter(|framework| !all.is_empty() && all.iter().all(|id| spelled(framework, id).is_some()));
            match (fitting.next(), fitting.next()) {
                (Some(one), None) => one.clone(),
                _ => {
                    return Err(Failure::new(
                        format!("{}: it is not clear which framework its requirements are of", path.display()),
                        "name it with --framework; import its catalog first if the bank does not have it",
                    ));
                }
            }
        }
    };
    let owner = order.owner.clone().unwrap_or_else(|| bank.default_owner.clone());
    if owner.is_empty() {
        return Err(Failure::usage("nobody owns the controls", "name their owner with --owner, or default_owner in bank.toml"));
    }
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for component in components {
        for group in groups(component) {
            told.found += group.len();
            let mut satisfies = Vec::new();
            for one in &group {
                match spelled(&framework, &one.requirement) {
                    Some(name) if !satisfies.contains(&name) => satisfies.push(name),
                    Some(_) => {}
                    None => told.notes.push(format!("{}: {framework} has no requirement {}", component.title, one.requirement)),
                }
            }
            if satisfies.is_empty() {
                continue;
            }
            told.given += group.len();
            let id = control_id(component, group[0], &mut ids);
            let (state, note) = state(&group[0].status);
            if let Some(control) = bank.controls.get(&id) {
                if Some(control.state) != ControlState::parse(state) {
                    told.notes.push(format!("{}: it is {}, the file says {state}; it was not touched", control.file, control.state));
                }
                continue;
            }
            let text = control_text(&id, component, group[0], (state, note), satisfies, &owner)?;
            let mut problems = Vec::new();
            format::control(&file_of(&id), &text, &mut problems);
            if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
                told.notes.push(format!("left out: {problem}"));
                continue;
            }
            imported.written.push(format!("{}: a control", file_of(&id)));
            writes.push(Write::New { file: file_of(&id), text });
        }
    }
    Ok(())
}

/// An id for what a component implements, another one each time.
fn control_id(component: &Component, one: &Implemented, ids: &mut BTreeSet<String>) -> String {
    // A dot between numbers must stay a sign: ac-2.2 is not ac-22.
    let part = one.requirement.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let title = slug(&component.title);
    let base = format!("{}-{}", if title.is_empty() { "component" } else { &title }, part.trim_matches('-'));
    let mut id = base.clone();
    let mut number = 2;
    while !ids.insert(id.clone()) {
        id = format!("{base}-{number}");
        number += 1;
    }
    id
}

fn file_of(control: &str) -> String {
    format!("controls/{control}.toml")
}

/// What a component implements in the same way and as far: one control of ours.
fn groups(component: &Component) -> Vec<Vec<&Implemented>> {
    let mut groups: Vec<Vec<&Implemented>> = Vec::new();
    for one in &component.implemented {
        match groups.iter_mut().find(|group| group[0].description == one.description && group[0].status == one.status) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// The state that a status of OSCAL makes, and what to say of it. What the file does not say clearly must not make an answer true.
fn state(status: &str) -> (&'static str, Option<String>) {
    match status {
        "implemented" => ("in-place", None),
        "partial" => ("partly", None),
        "planned" => ("planned", None),
        "not-applicable" => ("not-applicable", None),
        "" => ("planned", Some("the imported file does not say how far it is run".to_owned())),
        other => ("planned", Some(format!("the imported file says {other:?}: look what is run instead"))),
    }
}

fn control_text(
    id: &str,
    component: &Component,
    one: &Implemented,
    (state, note): (&str, Option<String>),
    satisfies: Vec<String>,
    owner: &str,
) -> Result<String, Failure> {
    let statement = if one.description.trim().is_empty() { &component.description } else { &one.description };
    let mut changes = vec![
        Change::Set("id", Value::Text(id.to_owned())),
        Change::Set("title", Value::Text(if component.title.trim().is_empty() { id.to_owned() } else { component.title.clone() })),
        Change::Set("state", Value::Text(state.to_owned())),
        Change::Set("owner", Value::Text(owner.to_owned())),
        Change::Set("statement", Value::Text(statement.trim().to_owned())),
        Change::Set("satisfies", Value::Texts(satisfies)),
    ];
    changes.extend(note.map(|note| Change::Set("state_note", Value::Text(note))));
    edit::toml_text("", CONTROL_KEYS, &changes).map_err(|what| Failure::new(what, "this is a bug; please report it"))
}
