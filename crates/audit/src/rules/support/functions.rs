//! Lambda functions and their roles.

use crate::resolve::{Cx, Res};

/// The type of a function.
pub(in crate::rules) const FUNCTION: &str = "AWS::Lambda::Function";

/// The functions that run inside a VPC.
pub(in crate::rules) fn functions_in_vpc<'c>(cx: &'c Cx<'c>) -> Vec<Res<'c>> {
    let inside = |function: &Res<'_>| {
        !function.get("VpcConfig.SubnetIds").each().is_empty()
            || function.get("VpcConfig.SubnetIds").is_unknown()
    };
    cx.resources(FUNCTION).into_iter().filter(inside).collect()
}

/// The function's role, when this template declares it.
pub(in crate::rules) fn role_of<'c>(function: &Res<'c>) -> Option<Res<'c>> {
    let role = function.get("Role");
    function.cx().resource(role.target()?)
}
