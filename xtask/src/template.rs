//! `cargo xtask template`: assembles the CloudFormation templates in `deploy/` from their parts.
//!
//! `deploy/templates.json` says which parts make which template. A part is plain CloudFormation
//! JSON about one concern. Assembling merges the sections, brings in included files, folds the
//! conditions that are fixed for a template, adds the required tags, and refuses what CloudFormation
//! would refuse only minutes into a deployment: duplicates, dangling references, exceeded limits.

mod check;
mod fold;
mod parts;
mod print;
#[cfg(test)]
mod requirements;
mod tags;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value};

/// The order of a template's sections, and the only ones that a part may have.
const SECTIONS: [&str; 6] = ["Parameters", "Mappings", "Rules", "Conditions", "Resources", "Outputs"];

/// Assembles every template of `deploy/templates.json`.
///
/// With `check` nothing is written: it fails when a template on disk is not what its parts make.
///
/// # Errors
/// When a part cannot be read or merged, when the result breaks a rule of [`check::check`], or,
/// with `check`, when a template is stale.
pub fn run(check: bool) -> Result<()> {
    let deploy = deploy_folder();
    let manifest = parts::read_object(&deploy.join("templates.json"))?;
    let mut stale = Vec::new();
    for (file_name, recipe) in &manifest {
        let text =
            assemble(&deploy, recipe).with_context(|| format!("cannot assemble deploy/{file_name}"))?;
        let path = deploy.join(file_name);
        if fs::read_to_string(&path).is_ok_and(|current| current == text) {
            continue;
        }
        if check {
            stale.push(format!("deploy/{file_name}"));
        } else {
            fs::write(&path, &text).with_context(|| format!("cannot write {}", path.display()))?;
            eprintln!("deploy/{file_name}: {} bytes", text.len());
        }
    }
    if !stale.is_empty() {
        bail!("not what their parts make: {}; run `cargo xtask template`", stale.join(", "));
    }
    Ok(())
}

/// The repository's `deploy` folder.
pub(crate) fn deploy_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// One template as text, from its recipe in `deploy/templates.json`.
fn assemble(deploy: &Path, recipe: &Value) -> Result<String> {
    let description = recipe["Description"].as_str().context("the recipe has no Description")?;
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".into(), "2010-09-09".into());
    template.insert("Description".into(), description.into());
    for (section, content) in parts::merge(deploy, recipe)? {
        template.insert(section, Value::Object(content));
    }
    let mut template = Value::Object(template);
    if let Some(fixed) = recipe["FixedConditions"].as_object() {
        fold::fold(&mut template, fixed)?;
    }
    tags::add(&mut template)?;
    check::check(&template)?;
    Ok(print::print(&template))
}

#[cfg(test)]
mod tests {
    #[test]
    fn templates_on_disk_are_what_their_parts_make() {
        super::run(true).unwrap();
    }
}
