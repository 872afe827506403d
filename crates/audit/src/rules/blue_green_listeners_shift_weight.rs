//! Mistake 27: a listener that cannot shift traffic by weight.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "blue-green-listeners-shift-weight",
    former: Some("mistake-27"),
    title: "A listener of a blue-green pair forwards by weight",
    covers: &[],
    levels: [ERROR, ERROR, WARNING],
    why: "A plain forward moves all traffic at once and cannot be taken back in parts.",
    source: "catalogue of mistakes, 27; Elastic Load Balancing, weighted target groups",
    fix: "Use a forward action with ForwardConfig.TargetGroups: both groups, each with a Weight.",
    check: Check::Template(&["AWS::ElasticLoadBalancingV2::Listener"], check),
    good: r"
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Green:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  L:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions:
        - Type: forward
          ForwardConfig:
            TargetGroups: [{TargetGroupArn: !Ref Blue, Weight: 90}, {TargetGroupArn: !Ref Green, Weight: 10}]
",
    bad: r"
Resources:
  Blue:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Green:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  L:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      DefaultActions:
        - Type: forward
          TargetGroupArn: !Ref Blue
",
};

fn check(cx: &Cx<'_>) {
    let groups = cx.resources("AWS::ElasticLoadBalancingV2::TargetGroup");
    let coloured = |colour: &str| groups.iter().any(|group| group.id().to_ascii_lowercase().contains(colour));
    if !(coloured("blue") && coloured("green")) {
        return;
    }
    let listeners = cx.resources("AWS::ElasticLoadBalancingV2::Listener");
    for listener in &listeners {
        for action in listener
            .get("DefaultActions")
            .each()
            .into_iter()
            .filter(|action| action.get("Type").is("forward"))
        {
            let targets = action.get("ForwardConfig.TargetGroups");
            let weighted = targets.each().iter().filter(|target| target.get("Weight").is_set()).count();
            if weighted < 2 && !targets.is_unknown() {
                cx.error(
                    action.span,
                    format!("{} forwards without weights on both target groups", listener.id()),
                );
            }
        }
    }
}
