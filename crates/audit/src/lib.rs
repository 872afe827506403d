//! Audits CloudFormation templates against the deployment requirements.
