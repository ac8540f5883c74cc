//! The schema as the running server tells it, and documents made from it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use tests::Client;

const INTROSPECTION: &str = "{ __schema { types { kind name possibleTypes { name }
    fields(includeDeprecated: true) { name args { name defaultValue type { ...T } } type { ...T } }
    inputFields { name defaultValue type { ...T } } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// Texts that name somebody's thing, as an id does.
const NAMES: [&str; 4] = ["customerId", "reference", "subject", "slug"];

/// A field, an argument or a field of an input.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    /// Its type as written: `[ID!]!`.
    pub(super) text: String,
    /// Its type without lists and `!`.
    pub(super) named: String,
    pub(super) args: Vec<Member>,
    required: bool,
}

/// All types, by name.
pub(super) struct Schema(BTreeMap<String, Type>);

struct Type {
    kind: String,
    members: Vec<Member>,
    possible: Vec<String>,
}

impl Schema {
    pub(super) async fn of(client: &Client) -> Self {
        let reply = client.send(INTROSPECTION, json!({})).await;
        let types = reply.field("__schema")["types"].as_array().expect("types");
        let types = types.iter().map(|one| {
            let members = list(&one["fields"]).chain(list(&one["inputFields"])).map(member).collect();
            let possible = list(&one["possibleTypes"]).map(|one| text(&one["name"])).collect();
            (text(&one["name"]), Type { kind: text(&one["kind"]), members, possible })
        });
        Self(types.collect())
    }

    fn get(&self, name: &str) -> &Type {
        self.0.get(name).unwrap_or_else(|| panic!("no type {name}"))
    }

    pub(super) fn field(&self, root: &str, field: &str) -> &Member {
        let found = self.get(root).members.iter().find(|member| member.name == field);
        found.unwrap_or_else(|| panic!("no field {root}.{field}: take it out of the table"))
    }

    /// The types that `node` reads.
    pub(super) fn nodes(&self) -> &[String] {
        &self.get("Node").possible
    }

    /// Everything that the table has to judge: root fields that can be asked by themselves, and every argument that
    /// names a thing, as `Root.field(path.to.it)`.
    pub(super) fn to_judge(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for root in ["Query", "Mutation", "Subscription"] {
            for field in &self.get(root).members {
                if field.name.starts_with('_') {
                    continue;
                }
                let mut paths = Vec::new();
                self.names_in(&field.args, &mut Vec::new(), &mut paths);
                let name = format!("{root}.{}", field.name);
                all.extend(paths.iter().map(|(path, _)| format!("{name}({path})")));
                let needs_nothing = !field.args.iter().any(|arg| arg.required) && !is_choice(&field.name);
                if paths.is_empty() || (root == "Query" && needs_nothing) {
                    all.insert(name);
                }
            }
        }
        all
    }

    fn names_in(&self, members: &[Member], path: &mut Vec<String>, found: &mut Vec<(String, bool)>) {
        for member in members {
            path.push(member.name.clone());
            let is_name =
                member.named == "ID" || (member.named == "String" && NAMES.contains(&member.name.as_str()));
            // What is being made has a name that nothing has yet.
            let is_new = path.join(".") == "input.slug";
            let holds = self.0.get(&member.named).is_some_and(|one| one.kind == "INPUT_OBJECT");
            if is_name && !is_new {
                found.push((path.join("."), member.required));
            } else if holds && path.len() < 6 {
                self.names_in(&self.get(&member.named).members, path, found);
            }
            path.pop();
        }
    }

    /// Fields of what anybody may read that lead to a thing of somebody's.
    pub(super) fn inward(&self, open: &[&str], closed: &[&str]) -> Vec<String> {
        let leads = |name: &&str| {
            let members = self.get(name).members.iter();
            let found = members.filter(|member| closed.iter().any(|one| member.named.starts_with(one)));
            found.map(|member| format!("{name}.{}", member.name)).collect::<Vec<_>>()
        };
        open.iter().flat_map(leads).collect()
    }

    /// A document that asks one field with these arguments, and for all that can be asked of its answer. `concrete` is
    /// what a `Node` is expected to be.
    pub(super) fn document(
        &self,
        root: &str,
        field: &str,
        arguments: &Map<String, Value>,
        concrete: &str,
    ) -> String {
        let member = self.field(root, field);
        let given: Vec<&Member> =
            member.args.iter().filter(|arg| arguments.contains_key(&arg.name)).collect();
        let declared: Vec<_> = given.iter().map(|arg| format!("${}: {}", arg.name, arg.text)).collect();
        let passed: Vec<_> = given.iter().map(|arg| format!("{}: ${}", arg.name, arg.name)).collect();
        let brackets = |parts: Vec<String>| {
            if parts.is_empty() { String::new() } else { format!("({})", parts.join(", ")) }
        };
        let depth = if root == "Query" { 3 } else { 2 };
        format!(
            "{} Q{} {{ {field}{} {} }}",
            root.to_lowercase(),
            brackets(declared),
            brackets(passed),
            self.selection(&member.named, depth, concrete)
        )
    }

    fn selection(&self, type_name: &str, depth: usize, concrete: &str) -> String {
        let one = self.get(type_name);
        if one.kind == "INTERFACE" {
            return format!(
                "{{ __typename ... on {concrete} {} }}",
                self.selection(concrete, depth, concrete)
            );
        }
        if one.kind != "OBJECT" {
            return String::new();
        }
        let mut parts = vec!["__typename".to_owned()];
        for member in &one.members {
            if member.args.iter().any(|arg| arg.required) {
                continue;
            }
            let is_object = matches!(self.get(&member.named).kind.as_str(), "OBJECT" | "INTERFACE");
            // Edges are no step down: what they hold is.
            let below = if type_name.ends_with("Connection") || type_name.ends_with("Edge") {
                depth
            } else {
                depth - 1
            };
            if is_object && below == 0 {
                continue;
            }
            let few = member.args.iter().any(|arg| arg.name == "first");
            let few = if few { "(first: 2)" } else { "" };
            parts.push(format!("{}{few} {}", member.name, self.selection(&member.named, below, concrete)));
        }
        format!("{{ {} }}", parts.join(" "))
    }

    /// An input of this type: all that is required, and what `set` names. `fill` gives the values of single fields.
    pub(super) fn input(
        &self,
        type_name: &str,
        path: &[String],
        set: &Value,
        fill: &dyn Fn(&str, &str) -> Value,
    ) -> Value {
        let mut made = Map::new();
        for member in &self.get(type_name).members {
            let is_way = path.first() == Some(&member.name);
            let value = if is_way && path.len() == 1 {
                listed(member, set.clone())
            } else if is_way {
                listed(member, self.input(&member.named, &path[1..], set, fill))
            } else {
                let value = fill(type_name, &member.name);
                if value.is_null() && member.required && self.get(&member.named).kind == "INPUT_OBJECT" {
                    listed(member, self.input(&member.named, &[], set, fill))
                } else {
                    assert!(!value.is_null() || !member.required, "no value for {type_name}.{}", member.name);
                    value
                }
            };
            if !value.is_null() {
                made.insert(member.name.clone(), value);
            }
        }
        Value::Object(made)
    }

    /// The arguments of a root field, as [`Self::input`] makes them.
    pub(super) fn arguments(
        &self,
        root: &str,
        field: &str,
        path: &[String],
        set: &Value,
        fill: &dyn Fn(&str, &str) -> Value,
    ) -> Map<String, Value> {
        let mut made = Map::new();
        for arg in &self.field(root, field).args {
            let is_way = path.first() == Some(&arg.name);
            let value = if is_way && path.len() == 1 {
                listed(arg, set.clone())
            } else if self.get(&arg.named).kind == "INPUT_OBJECT" && (is_way || arg.required) {
                self.input(&arg.named, if is_way { &path[1..] } else { &[] }, set, fill)
            } else if arg.required {
                fill(field, &arg.name)
            } else {
                continue;
            };
            made.insert(arg.name.clone(), value);
        }
        made
    }
}

/// One of several arguments has to be named: the field can't be asked by itself.
fn is_choice(field: &str) -> bool {
    matches!(field, "booking" | "listing")
}

fn listed(member: &Member, value: Value) -> Value {
    if member.text.starts_with('[') { json!([value]) } else { value }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn member(value: &Value) -> Member {
    let (written, named) = written(&value["type"]);
    let required = written.ends_with('!') && value["defaultValue"].is_null();
    let args = list(&value["args"]).map(member).collect();
    Member { name: text(&value["name"]), text: written, named, args, required }
}

fn written(value: &Value) -> (String, String) {
    match value["kind"].as_str() {
        Some("NON_NULL") => {
            let (text, named) = written(&value["ofType"]);
            (format!("{text}!"), named)
        }
        Some("LIST") => {
            let (text, named) = written(&value["ofType"]);
            (format!("[{text}]"), named)
        }
        _ => (text(&value["name"]), text(&value["name"])),
    }
}
