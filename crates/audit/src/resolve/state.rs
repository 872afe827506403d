//! The choices of one run, and the loop that makes all of them.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::candidates::{Candidate, Domain, Given, domains};
use super::value::{Res, Val};
use crate::document::node::Node;
use crate::document::source::Span;
use crate::rules::{Profile, Severity};
use crate::template::Template;

/// Most runs of one rule on one subject; what is beyond is not looked at, and the report says so.
const MOST_RUNS: usize = 600;
/// Most runs of all rules on one template in one environment: a bound on time for templates made to be slow.
const MOST_RUNS_IN_ALL: usize = 200_000;
/// Most choices in one run.
const MOST_CHOICES: usize = 40;

/// What a rule knows beside the template itself.
#[derive(Debug, Default)]
pub struct Scope {
    /// Types of the resources of all templates of the run.
    pub types: HashSet<String>,
    /// What the template is audited for.
    pub profile: Profile,
    /// Whether the template was read as JSON.
    pub is_json: bool,
    /// The template's length in bytes.
    pub bytes: usize,
    /// Keys that stand twice in one map.
    pub repeated_keys: Vec<(String, Span)>,
    /// Keys of tags that every taggable resource must have.
    pub required_tags: Vec<String>,
}

/// What a rule said in one run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Draft {
    /// Where.
    pub span: Span,
    /// What.
    pub message: String,
    /// How bad, before the profile's limit.
    pub severity: Severity,
}

/// What has to hold for a finding: parameters with the values they must have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assumption {
    /// Parameter names with values, in words.
    pub clauses: Vec<String>,
    /// Whether it takes a permitted value other than a default, used as it is.
    pub beyond_default: bool,
    /// Where the parameters are declared.
    pub parameters: Vec<String>,
}

/// A template seen by a rule in one run: every value it reads is decided.
#[derive(Debug)]
pub struct Cx<'t> {
    pub(super) template: &'t Template<'t>,
    /// What is known beside the template.
    pub scope: &'t Scope,
    pub(super) domains: &'t [Domain],
    pub(super) state: RefCell<State>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct State {
    trail: Vec<(usize, usize)>,
    cursor: usize,
    pub(super) run: Run,
    drafts: Vec<Draft>,
    truncated: bool,
    undecided: bool,
}

/// The part of the state that starts afresh in each run.
#[derive(Debug, Default, Clone)]
pub(super) struct Run {
    /// For each parameter, the candidates still possible, once a choice has touched it.
    narrowed: HashMap<usize, Vec<usize>>,
    /// Truth values chosen for comparisons that no parameter decides.
    free: HashMap<String, bool>,
    pub(super) conditions: HashMap<String, bool>,
    pub(super) evaluating: Vec<String>,
    beyond_default: bool,
}

impl<'t> Cx<'t> {
    /// The resources of a type that exist in this run.
    pub fn resources<'c>(&'c self, kind: &str) -> Vec<Res<'c>> {
        let all = self.template.of_type(kind);
        all.filter(|one| self.exists(one.condition)).map(|one| Res::new(self, one)).collect()
    }

    /// The resources of any of the types that exist in this run.
    pub fn resources_of<'c>(&'c self, kinds: &[&str]) -> Vec<Res<'c>> {
        kinds.iter().flat_map(|kind| self.resources(kind)).collect()
    }

    /// The custom resources that exist in this run and whose type holds the word.
    pub fn custom_resources<'c>(&'c self, word: &str) -> Vec<Res<'c>> {
        let all = self.template.resources.iter();
        let custom = all.filter(|one| one.kind.starts_with("Custom::") && one.kind.contains(word));
        custom.filter(|one| self.exists(one.condition)).map(|one| Res::new(self, one)).collect()
    }

    /// Whether the template declares a resource of the type under any condition, or another template of the run does.
    pub fn declares(&self, kind: &str) -> bool {
        self.template.of_type(kind).next().is_some() || self.scope.types.contains(kind)
    }

    /// The resource of a logical id, when it exists in this run.
    pub fn resource<'c>(&'c self, id: &str) -> Option<Res<'c>> {
        let found = self.template.resource(id)?;
        self.exists(found.condition).then(|| Res::new(self, found))
    }

    /// Whether a resource of the type is in this template in this run, or in another template of the run.
    pub fn has(&self, kind: &str) -> bool {
        let declared_here = self.template.of_type(kind).next().is_some();
        !self.resources(kind).is_empty() || (!declared_here && self.scope.types.contains(kind))
    }

    /// The template.
    pub fn template(&self) -> &'t Template<'t> {
        self.template
    }

    /// The value of any node of the template.
    pub fn value<'c>(&'c self, node: &'c Node) -> Val<'c> {
        super::functions::evaluate(self, node)
    }

    /// The value of a parameter.
    pub fn parameter<'c>(&'c self, name: &str) -> Val<'c> {
        super::functions::parameter(self, name)
    }

    /// A place for findings about the template as a whole: its `Resources` key, or its start.
    pub fn top(&self) -> Span {
        let root = self.template.root;
        let key = root.and_then(|root| root.entry("Resources").or_else(|| root.entries().first()));
        key.map_or(Span::default(), |entry| entry.key_span)
    }

    /// Says that something is wrong.
    pub fn error(&self, span: Span, message: impl Into<String>) {
        self.say(Severity::Error, span, message.into());
    }

    /// Says that something is probably wrong or unwise.
    pub fn warning(&self, span: Span, message: impl Into<String>) {
        self.say(Severity::Warning, span, message.into());
    }

    /// Says something that is worth knowing.
    pub fn info(&self, span: Span, message: impl Into<String>) {
        self.say(Severity::Info, span, message.into());
    }

    /// Notes that the rule cannot know something here: the requirement is then not called met.
    pub fn undecided(&self) {
        self.state.borrow_mut().undecided = true;
    }

    fn say(&self, severity: Severity, span: Span, message: String) {
        let draft = Draft { span, message, severity };
        let mut state = self.state.borrow_mut();
        if !state.drafts.contains(&draft) {
            state.drafts.push(draft);
        }
    }

    /// Whether a resource or output with this condition exists in this run.
    pub(crate) fn exists(&self, condition: Option<&str>) -> bool {
        condition.is_none_or(|name| self.condition(name))
    }

    /// Chooses one of `total` alternatives: the same one as in the last run, until it is this choice's turn.
    fn choose(&self, total: usize) -> usize {
        let mut state = self.state.borrow_mut();
        let cursor = state.cursor;
        if cursor >= MOST_CHOICES {
            state.truncated |= total > 1;
            return 0;
        }
        if cursor == state.trail.len() {
            state.trail.push((0, total));
        }
        state.cursor += 1;
        state.trail[cursor].0
    }

    fn possible(&self, parameter: usize) -> Vec<usize> {
        let state = self.state.borrow();
        let all = || (0..self.domains[parameter].candidates.len()).collect();
        state.run.narrowed.get(&parameter).cloned().unwrap_or_else(all)
    }

    fn narrow(&self, parameter: usize, to: Vec<usize>) {
        self.state.borrow_mut().run.narrowed.insert(parameter, to);
    }

    /// Settles a parameter on one value. Leaving its default for another permitted value is noted.
    pub(super) fn pick(&self, parameter: usize) -> &'t Candidate {
        let domain = &self.domains[parameter];
        let possible = self.possible(parameter);
        let chosen = if possible.len() > 1 { possible[self.choose(possible.len())] } else { possible[0] };
        if possible.len() > 1 {
            let leaves_default = domain.has_default && possible[0] == 0 && chosen != 0;
            self.state.borrow_mut().run.beyond_default |= leaves_default;
            self.narrow(parameter, vec![chosen]);
        }
        &domain.candidates[chosen]
    }

    /// Whether a parameter equals a literal, choosing a side when both are possible.
    pub(super) fn parameter_equals(&self, parameter: usize, literal: &str) -> bool {
        let candidates = &self.domains[parameter].candidates;
        let possible = self.possible(parameter);
        let (equal, other): (Vec<usize>, Vec<usize>) =
            possible.iter().partition(|&&index| candidates[index].text.as_deref() == Some(literal));
        if equal.is_empty() || other.is_empty() {
            return other.is_empty();
        }
        let equal_first = equal[0] < other[0];
        let is_equal = (self.choose(2) == 0) == equal_first;
        self.narrow(parameter, if is_equal { equal } else { other });
        is_equal
    }

    /// A truth value that nothing in the template decides; the same question gets the same answer in one run.
    pub(super) fn decide_freely(&self, question: &str) -> bool {
        if let Some(&answer) = self.state.borrow().run.free.get(question) {
            return answer;
        }
        let answer = self.choose(2) == 0;
        self.state.borrow_mut().run.free.insert(question.to_owned(), answer);
        answer
    }

    pub(super) fn parameter_index(&self, name: &str) -> Option<usize> {
        self.template.parameter_index(name).or_else(|| {
            let declared = self.template.parameters.len();
            (declared..self.domains.len()).find(|&index| self.domains[index].name == name)
        })
    }

    /// Whether some values of the parameters not yet settled satisfy each of the template's `Rules`.
    fn is_permitted(&self) -> bool {
        let before = self.state.borrow().clone();
        let permitted = self.template.rules.iter().all(|rule| {
            let start = State { run: before.run.clone(), ..State::default() };
            self.state.replace(start.clone());
            for _ in 0..64 {
                if super::conditions::rule_holds(self, &rule.value) {
                    return true;
                }
                let mut state = self.state.borrow_mut();
                if !advance(&mut state.trail) {
                    return false;
                }
                state.cursor = 0;
                state.run = start.run.clone();
            }
            true
        });
        self.state.replace(before);
        permitted
    }
}

/// Moves to the next combination of choices; false when there is none.
fn advance(trail: &mut Vec<(usize, usize)>) -> bool {
    while let Some((taken, total)) = trail.pop() {
        if taken + 1 < total {
            trail.push((taken + 1, total));
            return true;
        }
    }
    false
}

/// What came of all runs of a check.
#[derive(Debug, Default)]
pub struct Explored {
    /// What was said, each with what it takes.
    pub drafts: Vec<(Draft, Assumption)>,
    /// Whether there were more combinations than are looked at.
    pub truncated: bool,
    /// Whether the check could not know something.
    pub undecided: bool,
}

/// A template with the values that are given for it: what a [`Cx`] is made of.
#[derive(Debug)]
pub struct View<'t> {
    template: &'t Template<'t>,
    scope: &'t Scope,
    domains: Vec<Domain>,
    /// Runs left before every further check is looked at with its first choices only.
    budget: Cell<usize>,
}

impl<'t> View<'t> {
    /// A view of a template with the given values.
    pub fn new(template: &'t Template<'t>, scope: &'t Scope, given: &Given) -> Self {
        let budget = Cell::new(MOST_RUNS_IN_ALL);
        let mut view = Self { template, scope, domains: domains(template, given), budget };
        view.leave_out_forbidden();
        view
    }

    /// Leaves out what the template's `Rules` never permit, whatever the other parameters are.
    fn leave_out_forbidden(&mut self) {
        for parameter in 0..self.domains.len() {
            let count = self.domains[parameter].candidates.len();
            let permitted: Vec<usize> = (0..count)
                .filter(|&candidate| {
                    let cx = self.cx();
                    cx.narrow(parameter, vec![candidate]);
                    count == 1 || cx.is_permitted()
                })
                .collect();
            if permitted.is_empty() || permitted.len() == count {
                continue;
            }
            let domain = &mut self.domains[parameter];
            domain.has_default &= permitted[0] == 0;
            domain.candidates = permitted.iter().map(|&index| domain.candidates[index].clone()).collect();
        }
    }

    /// The context of a single run, for rules that compare deployments: where a value is not given, the default or
    /// the first permitted one is taken.
    pub fn cx(&self) -> Cx<'_> {
        Cx { template: self.template, scope: self.scope, domains: &self.domains, state: RefCell::default() }
    }

    /// Runs `check` a single time, with the first choice everywhere.
    pub fn once(&self, check: fn(&Cx<'_>)) -> Vec<Draft> {
        let cx = self.cx();
        check(&cx);
        cx.state.into_inner().drafts
    }

    /// Runs `check` once for each combination of the choices it asks about.
    pub fn explore(&self, check: &mut dyn for<'c> FnMut(&'c Cx<'c>)) -> Explored {
        explore(&self.cx(), &self.budget, check)
    }
}

fn explore(cx: &Cx<'_>, budget: &Cell<usize>, check: &mut dyn for<'c> FnMut(&'c Cx<'c>)) -> Explored {
    let domains = cx.domains;
    let mut gathered: Vec<Gathered> = Vec::new();
    let mut runs = 0;
    loop {
        check(cx);
        runs += 1;
        budget.set(budget.get().saturating_sub(1));
        let drafts = std::mem::take(&mut cx.state.borrow_mut().drafts);
        if !drafts.is_empty() && cx.is_permitted() {
            gather(&mut gathered, drafts, &cx.state.borrow().run, domains);
        }
        let mut state = cx.state.borrow_mut();
        state.cursor = 0;
        state.run = Run::default();
        if !advance(&mut state.trail) || runs == MOST_RUNS || budget.get() == 0 {
            break;
        }
    }
    let mut state = cx.state.borrow_mut();
    let truncated = state.truncated || !std::mem::take(&mut state.trail).is_empty();
    let undecided = std::mem::take(&mut state.undecided);
    drop(state);
    Explored { drafts: gathered.into_iter().map(|one| one.finish(domains)).collect(), truncated, undecided }
}

/// One finding over all runs in which it came up.
struct Gathered {
    draft: Draft,
    beyond_default: bool,
    /// For each parameter that some run settled, every candidate with which the finding came up.
    with: HashMap<usize, HashSet<usize>>,
}

fn gather(gathered: &mut Vec<Gathered>, drafts: Vec<Draft>, run: &Run, domains: &[Domain]) {
    for draft in drafts {
        let Some(known) = gathered.iter_mut().find(|one| one.draft == draft) else {
            let with =
                run.narrowed.iter().map(|(&index, left)| (index, left.iter().copied().collect())).collect();
            gathered.push(Gathered { draft, beyond_default: run.beyond_default, with });
            continue;
        };
        known.beyond_default &= run.beyond_default;
        for (index, seen) in &mut known.with {
            match run.narrowed.get(index) {
                Some(left) => seen.extend(left),
                None => seen.extend(0..domains[*index].candidates.len()),
            }
        }
    }
}

impl Gathered {
    fn finish(self, domains: &[Domain]) -> (Draft, Assumption) {
        let mut indexes: Vec<usize> = self.with.keys().copied().collect();
        indexes.sort_unstable();
        let mut assumption = Assumption { beyond_default: self.beyond_default, ..Assumption::default() };
        for index in indexes {
            let domain = &domains[index];
            let mut seen: Vec<usize> = self.with[&index].iter().copied().collect();
            if seen.len() == domain.candidates.len() {
                continue;
            }
            seen.sort_unstable();
            assumption.clauses.push(clause(domain, &seen));
            assumption.parameters.push(domain.name.clone());
        }
        (self.draft, assumption)
    }
}

/// "Size is 1 or 2", "Size is anything but 3".
fn clause(domain: &Domain, seen: &[usize]) -> String {
    let words = |indexes: &[usize]| {
        let texts = indexes.iter().map(|&index| match domain.candidates[index].text.as_deref() {
            Some("") => "empty".to_owned(),
            Some(text) => text.to_owned(),
            None => "another value".to_owned(),
        });
        texts.collect::<Vec<_>>().join(" or ")
    };
    let rest: Vec<usize> = (0..domain.candidates.len()).filter(|index| !seen.contains(index)).collect();
    if seen.len() > rest.len() && seen.iter().any(|&index| domain.candidates[index].text.is_none()) {
        return format!("{} is not {}", domain.name, words(&rest));
    }
    let shown = &seen[..seen.len().min(4)];
    let more = if seen.len() > shown.len() { " or …" } else { "" };
    format!("{} is {}{more}", domain.name, words(shown))
}
