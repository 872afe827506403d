//! The rules: one file each, named after what the rule wants, gathered in a [table](RULES).
//!
//! A new rule is a file here and a line in [`rules!`]; nothing else lists rules.

mod support;

use crate::resolve::{Cx, Draft, Res};

/// Declares the rule files and the table of all rules, in the order in which they are listed and run.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every rule.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    resources_have_required_tags,
    customer_key_is_rotated,
    functions_reach_aws_services,
    credentials_in_secrets_manager,
    alarms_watch_the_database,
    backup_plan_keeps_copies,
    parameter_tracks_state,
    subnets_in_distinct_zones,
    nat_gateways_have_elastic_ips,
    nat_gateways_name_allocation,
    nat_gateway_in_each_zone,
    tables_recover_to_a_point,
    tables_under_customer_key,
    databases_closed_to_the_world,
    engine_is_aurora_mysql,
    engine_version_is_full,
    no_secrets_in_template,
    storage_is_encrypted,
    storage_under_customer_key,
    backups_kept_a_week,
    cluster_exports_logs,
    production_has_two_instances,
    instances_are_large_enough,
    databases_are_not_public,
    target_groups_check_health,
    green_target_groups_check_health,
    blue_green_listeners_shift_weight,
    function_roles_have_policies,
    functions_have_real_code,
    runtimes_are_supported,
    functions_have_a_minute,
    functions_have_memory,
    functions_have_variables,
    resources_have_tags,
    endpoints_are_outputs,
    region_is_fixed,
    functions_end_in_time,
    peers_reach_mysql_only,
    old_scripts_are_deleted,
    connection_strings_are_encrypted,
    functions_log_to_kept_groups,
    passwords_fit_and_have_one_owner,
    permissions_name_actions_and_resources,
    conditions_are_used,
    database_subnets_are_private,
    zones_offer_the_service,
    environment_ranges_as_agreed,
    key_arn_is_a_parameter,
    template_needs_no_macro,
    clusters_have_instances,
    synchronising_function_reaches_database,
    buckets_are_safe,
    foreign_roles_are_named,
    peerings_are_accepted_and_routed,
    peerings_lead_back,
    alarm_on_synchronisation_lag,
    environments_have_own_keys,
    windows_are_set_and_apart,
    schedules_may_start_targets,
    topics_take_alarms,
    events_reach_topics,
    state_machines_log_and_trace,
    flows_go_one_way,
    template_is_json,
    cluster_has_two_readers,
    deletion_leaves_snapshot,
    databases_have_own_parameter_groups,
    database_groups_admit_by_group,
    failover_finds_equal_reader,
    data_under_customer_key,
    sizes_are_parameters,
    engine_in_standard_support,
    schedule_keeps_up_with_lag_alarm,
    peers_are_neighbours,
    insights_settings_agree,
    parameter_groups_set_what_can_be_set,
    parameter_group_family_fits_engine,
    exported_logs_are_written,
    clients_use_tls,
    cluster_parameters_in_cluster_group,
    readers_use_read_committed,
    max_connections_follows_memory,
    alarm_thresholds_in_metric_unit,
    alarm_periods_exist,
    alarms_watch_every_instance,
    lag_alarms_bear_missing_data,
    alarms_notify_somebody,
    alarm_metrics_exist,
    failures_raise_alarms,
    permissions_name_their_source,
    secrets_manager_may_rotate,
    cross_account_roles_only_read,
    function_roles_manage_interfaces,
    keys_serve_own_account,
    keys_outlive_stack,
    keys_admit_writing_services,
    template_within_limits,
    keys_stand_once,
    references_lead_somewhere,
    values_have_their_form,
    required_properties_are_set,
    attributes_exist,
    references_do_not_circle,
    references_exist_when_used,
    resource_policies_let_nobody_else_in,
    keys_can_be_administered,
    services_may_assume_their_roles,
    functions_may_use_what_they_are_given,
    senders_may_reach_their_targets,
    roles_hold_no_unneeded_rights,
    routes_lead_somewhere,
    subnets_lie_in_their_vpc,
    acls_pass_both_directions,
    endpoints_answer,
    databases_admit_their_clients,
    parts_share_a_vpc,
    group_rules_meet,
    references_fit_their_properties,
    alarms_name_what_they_watch,
    alarms_fire_on_the_bad_side,
    alarm_expressions_hold_together,
    parameter_group_values_exist,
    monitoring_has_its_role,
    resources_wait_for_what_they_need,
    state_machines_run_through,
    state_machine_roles_fit,
    audit_combinations,
    audit_suppression,
    audit_values,
}

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
    /// What it wants, in a few words with hyphens; its file has the same name.
    pub name: &'static str,
    /// The id that reports, suppressions and baselines have known it by: the requirement or the entry of the catalogue
    /// of mistakes that it checks. None for a rule that only has a name.
    pub former: Option<&'static str>,
    /// What is right, in a few words.
    pub title: &'static str,
    /// The requirements it checks, its former id left out.
    pub covers: &'static [&'static str],
    /// The worst severity it may report, for each of [`Profile::ALL`]; none where it does not apply.
    pub levels: [Option<Severity>; 3],
    /// Why it matters.
    pub why: &'static str,
    /// Where that can be read.
    pub source: &'static str,
    /// How to put it right.
    pub fix: &'static str,
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

    /// What reports call it: its former id when it has one, else its name.
    pub fn id(&self) -> &'static str {
        self.former.unwrap_or(self.name)
    }

    /// Whether a user means this rule: by its name or its former id, in any case.
    pub fn is_called(&self, text: &str) -> bool {
        self.name.eq_ignore_ascii_case(text) || self.id().eq_ignore_ascii_case(text)
    }

    /// Every requirement that it checks, its former id included.
    pub fn requirements(&self) -> impl Iterator<Item = &'static str> {
        self.former.into_iter().chain(self.covers.iter().copied())
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Each resource of some types by itself.
    Resources(&'static [&'static str], fn(Res<'_>)),
    /// Every resource by itself, whatever its type.
    Every(fn(Res<'_>)),
    /// Every property of every resource by itself, by its name.
    Properties(fn(Res<'_>, &str)),
    /// A template as it is written, looked at once: parameters have their defaults or first values.
    Written(fn(&Cx<'_>)),
    /// A template as a whole. It is about these types: without any of them it does not apply. An empty list is every
    /// template; a type that ends in `::` stands for all types that begin so.
    Template(&'static [&'static str], fn(&Cx<'_>)),
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

/// The rule of a name or a former id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.is_called(id))
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
