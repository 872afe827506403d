//! Mistake 32: too little function memory.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    name: "functions-have-memory",
    former: Some("mistake-32"),
    title: "Functions have 256 MB or more",
    covers: &[],
    levels: [ERROR, ERROR, INFO],
    why: "CPU comes with memory: at 128 MB a function has a fourteenth of a core.",
    source: "catalogue of mistakes, 32; AWS Lambda developer guide, configuring memory",
    fix: "Set MemorySize to 256 or more; 512 for synchronisation.",
    check: Check::Resources(&[FUNCTION], check),
    good: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {MemorySize: 512}
",
    bad: r"
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {MemorySize: 128}
",
};

fn check(function: Res<'_>) {
    let memory = function.get("MemorySize");
    if memory.is_absent() {
        function.cx().error(memory.span, format!("{} has 128 MB, the default", function.id()));
    } else if memory.number().is_some_and(|megabytes| megabytes < 256.0) {
        function.cx().error(memory.span, format!("{} has {} MB", function.id(), memory.show()));
    }
}
