//! Mistake 24: a public database.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "databases-are-not-public",
    former: Some("mistake-24"),
    title: "No database instance is publicly accessible",
    covers: &["H-PC5"],
    levels: [ERROR, ERROR, ERROR],
    why: "The endpoint gets a public address; one wrong security group later the database is on the internet.",
    source: "catalogue of mistakes, 24; Amazon Aurora user guide, hiding a cluster from the internet",
    fix: "Set PubliclyAccessible: false on each instance; do not leave it out, since its default depends on the subnets.",
    check: Check::Resources(STORES, check),
    good: r"
Resources:
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: c, PubliclyAccessible: false}
",
    bad: r"
Resources:
  I:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: c, PubliclyAccessible: true}
",
};

fn check(instance: Res<'_>) {
    let cx = instance.cx();
    let public = instance.get("PubliclyAccessible");
    if let Some(Hole::Parameter(name)) = public.only_hole() {
        cx.warning(public.span, format!("{name} may be anything: restrict it to false"));
    } else if public.flag() == Some(true) {
        cx.error(public.span, format!("{} is publicly accessible", instance.id()));
    } else if public.is_absent() && instance.kind() == INSTANCE {
        let message = format!(
            "{} leaves PubliclyAccessible to the default, which depends on its subnets",
            instance.id()
        );
        if is_strict(cx) { cx.error(public.span, message) } else { cx.info(public.span, message) }
    }
}
