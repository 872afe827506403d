//! The front door: templates and values in, a report out.

use std::collections::{HashMap, HashSet};

use crate::baseline::Baseline;
use crate::document::node::Node;
use crate::document::source::{Source, Span};
use crate::document::{self, Document, SyntaxError};
use crate::report::{Finding, Report, SetAside};
use crate::resolve::{Assumption, Cx, Draft, Given, Res, Scope, View};
use crate::rules::{self, Check, Deployed, Profile, RULES, Rule, Severity};
use crate::suppress::{self, Suppression};
use crate::template::Template;
use crate::{expand, parameters, sam};

/// Keys of tags that every taggable resource must have, unless others are asked for.
pub const REQUIRED_TAGS: [&str; 3] = ["Environment", "CostCenter", "MigrationPhase"];

/// An audit to run.
///
/// ```
/// use lockstep_audit::{Audit, Profile};
///
/// let template = "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      PubliclyAccessible: true\n";
/// let report = Audit::new(Profile::AnyAurora).template("db.yaml", template).run().unwrap();
/// assert!(report.findings.iter().any(|finding| finding.rule.id() == "mistake-24"));
/// ```
#[derive(Debug, Default)]
pub struct Audit {
    profile: Profile,
    templates: Vec<Source>,
    environments: Vec<Given>,
    values: HashMap<String, String>,
    required_tags: Option<Vec<String>>,
    only: Option<Vec<String>>,
    baseline: Option<Baseline>,
}

/// A file that could not be read as a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}:{column}: {cause}")]
pub struct InputError {
    /// The file.
    pub name: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub cause: String,
}

impl InputError {
    pub(crate) fn new(source: &Source, error: SyntaxError) -> Self {
        let position = source.position(error.at);
        Self {
            name: source.name().to_owned(),
            line: position.line,
            column: position.column,
            cause: error.cause,
        }
    }
}

impl Audit {
    /// An audit for a profile, of no templates yet.
    pub fn new(profile: Profile) -> Self {
        Self { profile, ..Self::default() }
    }

    /// Adds a template; `name` is what findings show, usually the path. JSON or YAML is told by the text.
    #[must_use]
    pub fn template(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.templates.push(Source::new(name, text));
        self
    }

    /// Adds an environment with all parameter values that differ from the defaults. With environments, every template
    /// is audited once for each of them, with exactly these values; without, for all that its parameters permit.
    #[must_use]
    pub fn environment(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let given =
            Given { environment: Some(name.into()), values: values.into_iter().collect(), complete: true };
        self.environments.push(given);
        self
    }

    /// Fixes one parameter everywhere; names such as `AWS::Region` work too.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(name.into(), value.into());
        self
    }

    /// Asks for other tags than [`REQUIRED_TAGS`].
    #[must_use]
    pub fn required_tags(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.required_tags = Some(keys.into_iter().collect());
        self
    }

    /// Runs only the rules of these names or former ids.
    #[must_use]
    pub fn only(mut self, rules: impl IntoIterator<Item = String>) -> Self {
        self.only = Some(rules.into_iter().collect());
        self
    }

    /// Sets aside the findings that are in a baseline.
    #[must_use]
    pub fn baseline(mut self, baseline: Baseline) -> Self {
        self.baseline = Some(baseline);
        self
    }

    /// Runs the audit.
    ///
    /// # Errors
    /// The templates that are neither JSON nor YAML, or no CloudFormation templates, with place and cause.
    pub fn run(&self) -> Result<Report, Vec<InputError>> {
        let documents = self.parse()?;
        let types = documents.iter().flat_map(types).collect::<HashSet<_>>();
        let deployments = self.deployments(&documents);
        let mut findings = Vec::new();
        let mut applied = Applied::default();
        for (index, document) in documents.iter().enumerate() {
            let scope = self.scope(document, &types);
            let mine = deployments.iter().filter(|one| one.document == index);
            let mut of_template = Vec::new();
            let mut suppressions: Vec<Suppression> = Vec::new();
            for deployment in mine {
                let template = Template::new(&deployment.root);
                let view = View::new(&template, &scope, &deployment.given);
                let run =
                    Run { audit: self, document, index, template: &template, view, given: &deployment.given };
                run.rules(&mut of_template, &mut applied);
                suppressions = suppress::read(&template);
            }
            self.set_rules(index, &documents, &deployments, &types, &mut of_template, &mut applied);
            suppress::apply(&mut suppressions, &mut of_template);
            self.complain(document, index, &suppressions, &mut of_template);
            findings.append(&mut of_template);
        }
        self.finish(documents, findings, &applied)
    }

    fn parse(&self) -> Result<Vec<Document>, Vec<InputError>> {
        let mut documents = Vec::new();
        let mut errors = Vec::new();
        for source in &self.templates {
            match document::parse(source.clone()) {
                Err((source, error)) => errors.push(InputError::new(&source, error)),
                Ok(document)
                    if document.root.get("Resources").is_none_or(|node| node.entries().is_empty()) =>
                {
                    let cause = "this is no CloudFormation template: it has no `Resources` map".to_owned();
                    errors.push(InputError::new(source, SyntaxError { at: document.root.span.start, cause }));
                }
                Ok(document) => documents.push(document),
            }
        }
        if errors.is_empty() { Ok(documents) } else { Err(errors) }
    }

    fn deployments(&self, documents: &[Document]) -> Vec<Deployment> {
        let mut all = Vec::new();
        for (index, document) in documents.iter().enumerate() {
            let alone = [Given::default()];
            let environments = if self.environments.is_empty() { &alone[..] } else { &self.environments };
            for environment in environments {
                let mut given = environment.clone();
                given.values.extend(self.values.clone());
                all.push(Deployment {
                    document: index,
                    root: sam::write_out(expand::for_each(&document.root, &given.values)),
                    given,
                });
            }
        }
        all
    }

    fn scope(&self, document: &Document, types: &HashSet<String>) -> Scope {
        let default_tags = || REQUIRED_TAGS.iter().map(|&key| key.to_owned()).collect();
        Scope {
            types: types.clone(),
            profile: self.profile,
            is_json: document.is_json,
            bytes: document.source.text().len(),
            repeated_keys: document.repeated_keys.clone(),
            required_tags: self.required_tags.clone().unwrap_or_else(default_tags),
        }
    }

    fn wants(&self, rule: &Rule) -> Option<Severity> {
        let chosen = self.only.as_ref().is_none_or(|only| only.iter().any(|id| rule.is_called(id)));
        rule.level(self.profile).filter(|_| chosen)
    }

    /// Rules that compare deployments, their findings in the given template.
    fn set_rules(
        &self,
        index: usize,
        documents: &[Document],
        deployments: &[Deployment],
        types: &HashSet<String>,
        findings: &mut Vec<Finding>,
        applied: &mut Applied,
    ) {
        let wanted = |rule: &&&'static Rule| matches!(rule.check, Check::Deployments(_));
        if deployments.len() < 2 {
            return;
        }
        let templates: Vec<Template<'_>> = deployments.iter().map(|one| Template::new(&one.root)).collect();
        let scopes: Vec<Scope> = documents.iter().map(|document| self.scope(document, types)).collect();
        let contexts: Vec<_> = deployments
            .iter()
            .zip(&templates)
            .map(|(one, template)| View::new(template, &scopes[one.document], &one.given))
            .collect();
        let views: Vec<_> = contexts.iter().map(View::cx).collect();
        let deployed: Vec<Deployed<'_, '_>> = deployments
            .iter()
            .zip(&views)
            .map(|(one, cx)| Deployed { name: one.name(documents), cx })
            .collect();
        for rule in RULES.iter().filter(wanted) {
            let (Some(level), Check::Deployments(check)) = (self.wants(rule), rule.check) else { continue };
            applied.rules.insert(rule.id());
            for (at, draft) in
                check(&deployed).into_iter().filter(|(at, _)| deployments[*at].document == index)
            {
                let mut found =
                    finding(rule, level, &documents[index], index, &draft, &Assumption::default());
                found.environments = deployments[at].given.environment.iter().cloned().collect();
                merge(findings, found);
            }
        }
    }

    fn complain(
        &self,
        document: &Document,
        index: usize,
        suppressions: &[Suppression],
        findings: &mut Vec<Finding>,
    ) {
        let Some(rule) = rules::rule("audit-suppression") else { return };
        let Some(level) = self.wants(rule) else { return };
        let everything = self.environments.is_empty() && self.values.is_empty();
        let looked = |rule: &Rule| everything && self.wants(rule).is_some();
        for (span, severity, message) in suppress::complaints(suppressions, &looked) {
            let draft = Draft { span, message, severity };
            findings.push(finding(rule, level, document, index, &draft, &Assumption::default()));
        }
    }

    fn finish(
        &self,
        documents: Vec<Document>,
        mut findings: Vec<Finding>,
        applied: &Applied,
    ) -> Result<Report, Vec<InputError>> {
        let sources: Vec<Source> = documents.into_iter().map(|document| document.source).collect();
        findings.sort_by_key(|one| (one.template, one.span, std::cmp::Reverse(one.severity)));
        if let Some(baseline) = &self.baseline {
            for finding in findings.iter_mut().filter(|finding| finding.counts()) {
                if baseline.holds(&finding.fingerprint(sources[finding.template].name())) {
                    finding.set_aside = Some(SetAside::Known);
                }
            }
        }
        Ok(Report {
            profile: self.profile,
            sources,
            environments: self.environments.iter().filter_map(|one| one.environment.clone()).collect(),
            findings,
            applied: applied.in_order(&applied.rules),
            undecided: applied.in_order(&applied.undecided),
        })
    }
}

/// Which rules had something to look at, and which of them could not decide all of it.
#[derive(Debug, Default)]
struct Applied {
    rules: HashSet<&'static str>,
    undecided: HashSet<&'static str>,
}

impl Applied {
    fn in_order(&self, ids: &HashSet<&'static str>) -> Vec<&'static str> {
        RULES.iter().map(|rule| rule.id()).filter(|id| ids.contains(id)).collect()
    }
}

/// A template in one environment (or in none).
struct Deployment {
    document: usize,
    root: document::node::Node,
    given: Given,
}

impl Deployment {
    fn name(&self, documents: &[Document]) -> String {
        let template = || documents[self.document].source.name().to_owned();
        self.given.environment.clone().unwrap_or_else(template)
    }
}

/// All rules on one template in one environment.
struct Run<'a> {
    audit: &'a Audit,
    document: &'a Document,
    index: usize,
    template: &'a Template<'a>,
    view: View<'a>,
    given: &'a Given,
}

impl Run<'_> {
    fn rules(&self, findings: &mut Vec<Finding>, applied: &mut Applied) {
        for rule in RULES {
            let Some(level) = self.audit.wants(rule) else { continue };
            let mut on = |id: &str, check: &dyn Fn(Res<'_>)| {
                applied.rules.insert(rule.id());
                let undecided = self.explore(rule, level, findings, &mut |cx| {
                    if let Some(resource) = cx.resource(id) {
                        check(resource);
                    }
                });
                if undecided {
                    applied.undecided.insert(rule.id());
                }
            };
            match rule.check {
                Check::Resources(kinds, check) => {
                    let of_kinds = kinds.iter().flat_map(|kind| self.template.of_type(kind));
                    of_kinds.for_each(|one| on(one.id, &check));
                }
                Check::Every(check) => self.template.resources.iter().for_each(|one| on(one.id, &check)),
                Check::Properties(check) => {
                    for resource in &self.template.resources {
                        let properties = resource.node.get("Properties").map(Node::entries);
                        for entry in properties.unwrap_or_default() {
                            on(resource.id, &|one| check(one, &entry.key));
                        }
                    }
                }
                Check::Template(kinds, check) if self.is_about(kinds) => {
                    applied.rules.insert(rule.id());
                    if self.explore(rule, level, findings, &mut |cx| check(cx)) {
                        applied.undecided.insert(rule.id());
                    }
                }
                Check::Written(check) => {
                    applied.rules.insert(rule.id());
                    for draft in self.view.once(check) {
                        self.push(rule, level, findings, &draft, &Assumption::default());
                    }
                }
                Check::Audit if rule.id() == "audit-values" => {
                    applied.rules.insert(rule.id());
                    self.values(rule, level, findings);
                }
                Check::Template(..) | Check::Deployments(_) | Check::Audit => {}
            }
        }
    }

    /// Whether the template declares a resource of one of the types.
    fn is_about(&self, kinds: &[&str]) -> bool {
        let declares = |kind: &&str| match kind.ends_with("::") {
            true => self.template.resources.iter().any(|one| one.kind.starts_with(*kind)),
            false => self.template.of_type(kind).next().is_some(),
        };
        kinds.is_empty() || kinds.iter().any(declares)
    }

    fn values(&self, rule: &'static Rule, level: Severity, findings: &mut Vec<Finding>) {
        let alone = self.audit.templates.len() == 1;
        for (span, severity, message) in parameters::complaints(self.template, self.given, alone) {
            let draft = Draft { span, message, severity };
            self.push(rule, level, findings, &draft, &Assumption::default());
        }
    }

    /// Makes all runs of a check; whether it could not decide something.
    fn explore(
        &self,
        rule: &'static Rule,
        level: Severity,
        findings: &mut Vec<Finding>,
        check: &mut dyn for<'c> FnMut(&'c Cx<'c>),
    ) -> bool {
        let explored = self.view.explore(check);
        for (draft, assumption) in &explored.drafts {
            self.push(rule, level, findings, draft, assumption);
        }
        if let (true, Some(about)) = (explored.truncated, rules::rule("audit-combinations")) {
            let span = self
                .template
                .root
                .map_or(Span::default(), |root| Span::new(root.span.start, root.span.start));
            let message = format!(
                "{} looked at the first combinations of parameters only: there are too many",
                rule.id()
            );
            let draft = Draft { span, message, severity: Severity::Info };
            self.push(about, Severity::Info, findings, &draft, &Assumption::default());
        }
        explored.undecided
    }

    fn push(
        &self,
        rule: &'static Rule,
        level: Severity,
        findings: &mut Vec<Finding>,
        draft: &Draft,
        assumption: &Assumption,
    ) {
        let mut found = finding(rule, level, self.document, self.index, draft, assumption);
        found.environments = self.given.environment.iter().cloned().collect();
        found.related = assumption
            .parameters
            .iter()
            .filter_map(|name| self.template.parameter_index(name))
            .map(|index| &self.template.parameters[index])
            .map(|parameter| (parameter.name.to_owned(), parameter.key_span))
            .collect();
        merge(findings, found);
    }
}

/// Adds a finding, or its environment to the same finding of another environment.
fn merge(findings: &mut Vec<Finding>, found: Finding) {
    let same = findings.iter_mut().find(|one| {
        std::ptr::eq(one.rule, found.rule)
            && (one.template, one.span, &one.message, &one.when)
                == (found.template, found.span, &found.message, &found.when)
    });
    match same {
        Some(known) => {
            for environment in found.environments {
                if !known.environments.contains(&environment) {
                    known.environments.push(environment);
                }
            }
            known.severity = known.severity.max(found.severity);
        }
        None => findings.push(found),
    }
}

fn finding(
    rule: &'static Rule,
    level: Severity,
    document: &Document,
    template: usize,
    draft: &Draft,
    assumption: &Assumption,
) -> Finding {
    let path = document.root.path_to(draft.span);
    let resource = path.strip_prefix("Resources/").and_then(|rest| rest.split('/').next()).map(str::to_owned);
    let mut severity = draft.severity.min(level);
    if assumption.beyond_default {
        severity = severity.min(Severity::Warning);
    }
    Finding {
        rule,
        severity,
        message: draft.message.clone(),
        template,
        span: draft.span,
        start: document.source.position(draft.span.start),
        end: document.source.position(draft.span.end),
        resource,
        path,
        environments: Vec::new(),
        when: assumption.clauses.clone(),
        beyond_default: assumption.beyond_default,
        related: Vec::new(),
        set_aside: None,
    }
}

fn types(document: &Document) -> impl Iterator<Item = String> {
    let resources = document.root.get("Resources").map(document::node::Node::entries).unwrap_or_default();
    resources.iter().filter_map(|entry| entry.value.get("Type")?.as_str().map(str::to_owned))
}
