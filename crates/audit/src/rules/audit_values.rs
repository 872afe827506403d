//! The audit itself: parameter values.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "audit-values",
    former: None,
    title: "Parameter values and defaults are permitted",
    covers: &[],
    levels: [ERROR, ERROR, ERROR],
    why: "CloudFormation refuses a value outside AllowedValues, MinValue, MaxValue or AllowedPattern, and a parameter without any.",
    source: "CloudFormation user guide, parameters",
    fix: "Correct the value in the parameter file, or the parameter's limits.",
    check: Check::Audit,
    good: r"
Parameters:
  P:
    Type: Number
    Default: 7
    MinValue: 7
Resources:
  T:
    Type: AWS::SNS::Topic
",
    bad: r"
Parameters:
  P:
    Type: Number
    Default: 3
    MinValue: 7
Resources:
  T:
    Type: AWS::SNS::Topic
",
};
