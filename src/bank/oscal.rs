//! OSCAL as JSON (pages.nist.gov/OSCAL): catalogs and component definitions, as far as a bank can use them. Never fetches what a file refers to.

use serde::Deserialize;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Oscal {
    /// A catalog: what we call a framework.
    Catalog(Catalog),
    /// Components with the requirements that they implement: what we call controls.
    Components(Vec<Component>),
}

/// A set of requirements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalog {
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Id and title of each requirement that is in force.
    pub requirements: Vec<(String, String)>,
    /// How many were withdrawn.
    pub withdrawn: usize,
}

/// Something that implements requirements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// Its title.
    pub title: String,
    /// What it is.
    pub description: String,
    /// What it implements.
    pub implemented: Vec<Implemented>,
}

/// A requirement that a component implements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Implemented {
    /// The requirement, as OSCAL spells it: `ac-2.1`.
    pub requirement: String,
    /// How.
    pub description: String,
    /// How far, in OSCAL's words: implemented, partial, planned, alternative, not-applicable; empty where it is not said.
    pub status: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    catalog: Option<CatalogFile>,
    component_definition: Option<Definition>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    title: String,
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct CatalogFile {
    metadata: Metadata,
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    controls: Vec<Requirement>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    groups: Vec<Group>,
    #[serde(default)]
    controls: Vec<Requirement>,
}

#[derive(Deserialize)]
struct Requirement {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    props: Vec<Property>,
    #[serde(default)]
    controls: Vec<Requirement>,
}

#[derive(Deserialize)]
struct Property {
    name: String,
    value: String,
    #[serde(default)]
    class: Option<String>,
}

#[derive(Deserialize)]
struct Definition {
    #[serde(default)]
    components: Vec<ComponentFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ComponentFile {
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    control_implementations: Vec<Implementation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Implementation {
    #[serde(default)]
    implemented_requirements: Vec<ImplementedFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ImplementedFile {
    control_id: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    props: Vec<Property>,
}

/// Reads a file.
///
/// # Errors
/// What is wrong: it is no JSON, or neither a catalog nor a component definition.
pub fn read(bytes: &[u8]) -> Result<Oscal, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: File = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    match (file.catalog, file.component_definition) {
        (Some(catalog), _) => Ok(Oscal::Catalog(catalog.read())),
        (None, Some(definition)) => Ok(Oscal::Components(definition.components.into_iter().map(ComponentFile::read).collect())),
        (None, None) => Err("it holds neither a catalog nor a component-definition".into()),
    }
}

impl CatalogFile {
    fn read(self) -> Catalog {
        let mut catalog = Catalog { title: self.metadata.title, version: self.metadata.version, ..Catalog::default() };
        catalog.take(self.controls);
        self.groups.into_iter().for_each(|group| catalog.take_group(group));
        catalog
    }
}

impl Catalog {
    fn take_group(&mut self, group: Group) {
        self.take(group.controls);
        group.groups.into_iter().for_each(|group| self.take_group(group));
    }

    fn take(&mut self, requirements: Vec<Requirement>) {
        for requirement in requirements {
            let withdrawn = requirement.props.iter().any(|prop| prop.name == "status" && prop.value.eq_ignore_ascii_case("withdrawn"));
            if withdrawn {
                self.withdrawn += 1;
            } else {
                // The label that people use is the one without a class: other classes are those of other publications.
                let labels = || requirement.props.iter().filter(|prop| prop.name == "label");
                let label = labels().find(|prop| prop.class.is_none()).or_else(|| labels().next());
                let id = label.map_or_else(|| requirement.id.to_uppercase(), |prop| prop.value.clone());
                self.requirements.push((id, requirement.title));
            }
            self.take(requirement.controls);
        }
    }
}

impl ComponentFile {
    fn read(self) -> Component {
        let all = self.control_implementations.into_iter().flat_map(|implementation| implementation.implemented_requirements);
        let implemented = all.map(|one| {
            let status = one.props.into_iter().find(|prop| prop.name == "implementation-status");
            let status = status.map(|prop| prop.value).unwrap_or_default();
            Implemented { requirement: one.control_id, description: one.description, status }
        });
        Component { title: self.title, description: self.description, implemented: implemented.collect() }
    }
}

/// The id of a requirement as catalogs of NIST label it: `ac-2.1` is AC-2(1).
#[must_use]
pub fn labelled(id: &str) -> String {
    let upper = id.to_uppercase();
    match upper.rsplit_once('.') {
        Some((front, number)) if front.contains('-') && !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => {
            format!("{front}({number})")
        }
        _ => upper,
    }
}
