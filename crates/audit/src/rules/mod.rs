//! The rules: one file each, gathered in a [table](RULES).

mod audit_combinations;
mod audit_suppression;
mod audit_values;
mod d_1;
mod d_10;
mod d_13;
mod d_18;
mod f_1;
mod f_2;
mod f_3;
mod f_4;
mod f_5;
mod f_6;
mod f_7;
mod g_1;
mod g_2;
mod g_3;
mod g_4;
mod g_5;
mod g_6;
mod g_7;
mod h_p0;
mod h_p10;
mod h_p2;
mod h_p3;
mod h_p4;
mod h_p8;
mod h_pc2;
mod h_pc7;
mod i_1;
mod i_2;
mod i_3;
mod i_4;
mod j_1;
mod j_2;
mod j_3;
mod mistake_01;
mod mistake_02;
mod mistake_03;
mod mistake_04;
mod mistake_05;
mod mistake_06;
mod mistake_07;
mod mistake_08;
mod mistake_09;
mod mistake_10;
mod mistake_11;
mod mistake_12;
mod mistake_13;
mod mistake_14;
mod mistake_15;
mod mistake_16;
mod mistake_17;
mod mistake_18;
mod mistake_19;
mod mistake_20;
mod mistake_21;
mod mistake_22;
mod mistake_23;
mod mistake_24;
mod mistake_25;
mod mistake_26;
mod mistake_27;
mod mistake_28;
mod mistake_29;
mod mistake_30;
mod mistake_31;
mod mistake_32;
mod mistake_33;
mod mistake_34;
mod mistake_35;
mod mistake_36;
mod n_1;
mod n_2;
mod n_3;
mod r_c2;
mod r_c3;
mod r_c4;
mod r_c5;
mod r_c6;
mod r_c7;
mod r_c8;
mod r_c9;
mod r_e2;
mod r_e2_zones;
mod r_e6;
mod r_e7;
mod r_e8;
mod r_m1;
mod r_m2;
mod r_m3;
mod r_m4;
mod r_m5;
mod r_m5_return;
mod r_m6;
mod r_m8;
mod r_m9;
mod r_o1;
mod r_o2;
mod r_o2_events;
mod r_o3;
mod r_x1;
mod support;
mod table;

pub use table::RULES;

use crate::resolve::{Cx, Draft, Res};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails an audit.
    Info,
    /// Probably wrong, unwise, or wrong only with a permitted value other than the default.
    Warning,
    /// Breaks a requirement.
    Error,
}

impl Severity {
    /// The word that outputs use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a template is audited for. A rule has a level, or none, for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// The three-environment replication system (Brief R).
    Replication,
    /// The highly available cluster (Brief H).
    HighAvailability,
    /// Any stack with Aurora MySQL in it: what is wrong or unsafe anywhere, and nothing that is one project's choice.
    #[default]
    AnyAurora,
}

impl Profile {
    /// All profiles, in the order of a rule's levels.
    pub const ALL: [Self; 3] = [Self::Replication, Self::HighAvailability, Self::AnyAurora];

    /// The name that the command takes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replication => "replication",
            Self::HighAvailability => "high-availability",
            Self::AnyAurora => "any-aurora",
        }
    }

    /// The profile of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its id: `mistake-14` for entry 14 of the catalogue of mistakes, else the id of the requirement it checks.
    pub id: &'static str,
    /// What is right, in a few words.
    pub title: &'static str,
    /// The requirements it checks, its own id left out when that is one.
    pub covers: &'static [&'static str],
    /// The worst severity it may report, for each of [`Profile::ALL`]; none where it does not apply.
    pub levels: [Option<Severity>; 3],
    /// Why it matters.
    pub why: &'static str,
    /// Where that can be read.
    pub source: &'static str,
    /// How to put it right.
    pub mend: &'static str,
    /// The check itself.
    pub check: Check,
    /// A template (YAML) that it has nothing to say about.
    pub good: &'static str,
    /// A template (YAML) that it reports.
    pub bad: &'static str,
}

impl Rule {
    /// The worst severity it may report for a profile; none when it does not apply.
    pub fn level(&self, profile: Profile) -> Option<Severity> {
        let index = Profile::ALL.iter().position(|one| *one == profile)?;
        self.levels[index]
    }

    /// Every requirement that it checks, itself included.
    pub fn requirements(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.id).chain(self.covers.iter().copied())
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Each resource of some types by itself.
    Resources(&'static [&'static str], fn(Res<'_>)),
    /// A template as a whole.
    Template(fn(&Cx<'_>)),
    /// All templates of the run in all their environments; gives the index of the deployment with each finding.
    Deployments(fn(&[Deployed<'_, '_>]) -> Vec<(usize, Draft)>),
    /// Done by the audit itself while it reads templates, parameter files and suppressions.
    Audit,
}

/// A template in one environment, for rules that compare deployments.
#[derive(Debug)]
pub struct Deployed<'c, 't> {
    /// The environment's name; the template's when it was audited without environments.
    pub name: String,
    /// The template.
    pub cx: &'c Cx<'t>,
}

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// What every rule file needs.
mod prelude {
    pub(super) use super::support::*;
    pub(super) use super::{Check, Deployed, Rule, Severity};
    pub(super) use crate::document::source::Span;
    pub(super) use crate::net::Cidr;
    pub(super) use crate::resolve::{Cx, Draft, Hole, Res, Val};

    /// Levels of a rule, in the order replication, high availability, any Aurora.
    pub(super) const ERROR: Option<Severity> = Some(Severity::Error);
    pub(super) const WARNING: Option<Severity> = Some(Severity::Warning);
    pub(super) const INFO: Option<Severity> = Some(Severity::Info);
    pub(super) const OFF: Option<Severity> = None;
}
