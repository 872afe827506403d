//! Ids and ARNs as AWS would give them, the same in every run.

use crate::stack::{Environment, parameters};

pub const REGION: &str = "us-east-1";

/// What ids are made of.
#[derive(Debug, Clone, Copy)]
pub struct Named<'n> {
    pub environment: Environment,
    pub id: &'n str,
    pub kind: &'n str,
    /// The name that the template gives, where it gives one.
    pub name: Option<&'n str>,
}

impl Named<'_> {
    /// What `Ref` gives.
    pub fn reference(&self) -> String {
        match self.kind {
            "AWS::SecretsManager::Secret" | "AWS::SNS::Topic" | "AWS::StepFunctions::StateMachine" => {
                self.arn()
            }
            "AWS::IAM::ManagedPolicy" => self.arn(),
            "AWS::KMS::Key" => self.arn().rsplit('/').next().expect("an id").to_owned(),
            "AWS::S3::Bucket" if self.id == "ArtifactBucket" => parameter(self.environment, "ArtifactBucket"),
            "AWS::SQS::Queue" => {
                let account = self.environment.account();
                format!("https://sqs.{REGION}.amazonaws.com/{account}/{}", self.physical_name())
            }
            kind => match ec2_prefix(kind) {
                Some(prefix) => format!("{prefix}-{:017x}", self.digest()),
                None => self.physical_name(),
            },
        }
    }

    /// What `Fn::GetAtt` gives.
    pub fn attribute(&self, attribute: &str) -> String {
        match (self.kind, attribute) {
            (_, "Arn" | "DBClusterArn") => {
                let suffix = if self.kind == "AWS::Logs::LogGroup" { ":*" } else { "" };
                self.arn() + suffix
            }
            ("AWS::EC2::SecurityGroup", "GroupId") => self.reference(),
            ("AWS::RDS::DBCluster", "MasterUserSecret.SecretArn") => self.regional(
                "secretsmanager",
                &format!("secret:rds!cluster-{}-Zy9xWv", self.environment.name()),
            ),
            (kind, attribute) => panic!("what is {attribute} of {kind} {}?", self.id),
        }
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        let (account, name) = (self.environment.account(), self.physical_name());
        match self.kind {
            "AWS::IAM::Role" => format!("arn:aws:iam::{account}:role/{name}"),
            "AWS::IAM::ManagedPolicy" => format!("arn:aws:iam::{account}:policy/{name}"),
            "AWS::S3::Bucket" => format!("arn:aws:s3:::{}", self.reference()),
            "AWS::KMS::Key" => parameter(self.environment, "KmsKeyArn"),
            "AWS::SecretsManager::Secret" => {
                self.regional("secretsmanager", &format!("secret:{name}-AbCdEf"))
            }
            "AWS::RDS::DBCluster" => self.regional("rds", &format!("cluster:{}", name.to_lowercase())),
            "AWS::Lambda::Function" => self.regional("lambda", &format!("function:{name}")),
            "AWS::Logs::LogGroup" => self.regional("logs", &format!("log-group:{name}")),
            "AWS::SNS::Topic" => self.regional("sns", &name),
            "AWS::SQS::Queue" => self.regional("sqs", &name),
            "AWS::Events::Rule" => self.regional("events", &format!("rule/{name}")),
            "AWS::StepFunctions::StateMachine" => self.regional("states", &format!("stateMachine:{name}")),
            "AWS::Backup::BackupVault" => self.regional("backup", &format!("backup-vault:{name}")),
            "AWS::EC2::VPC" => self.regional("ec2", &format!("vpc/{}", self.reference())),
            "AWS::EC2::Subnet" => self.regional("ec2", &format!("subnet/{}", self.reference())),
            "AWS::EC2::SecurityGroup" => {
                self.regional("ec2", &format!("security-group/{}", self.reference()))
            }
            "AWS::EC2::RouteTable" => self.regional("ec2", &format!("route-table/{}", self.reference())),
            kind => panic!("what is the ARN of {kind} {}?", self.id),
        }
    }

    fn regional(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{REGION}:{}:{resource}", self.environment.account())
    }

    /// The given name, or one as CloudFormation makes it: stack, logical id, random end.
    fn physical_name(&self) -> String {
        let made = || format!("lockstep-{}-{}-1A2B3C4D5E6F", self.environment.name(), self.id);
        match (self.name, self.kind) {
            (Some(name), _) => name.to_owned(),
            (None, "AWS::S3::Bucket") => made().to_lowercase(),
            (None, _) => made(),
        }
    }

    /// FNV-1a of environment and logical id: as many bits as 17 hexadecimal digits hold.
    fn digest(&self) -> u128 {
        let bytes = self.environment.name().bytes().chain([b'/']).chain(self.id.bytes());
        let basis = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        let mixed = bytes.fold(basis, |hash: u128, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        });
        mixed >> 60
    }
}

fn ec2_prefix(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "AWS::EC2::VPC" => "vpc",
        "AWS::EC2::Subnet" => "subnet",
        "AWS::EC2::RouteTable" => "rtb",
        "AWS::EC2::SecurityGroup" => "sg",
        "AWS::EC2::NetworkAcl" => "acl",
        "AWS::EC2::VPCEndpoint" => "vpce",
        "AWS::EC2::VPCPeeringConnection" => "pcx",
        _ => return None,
    })
}

/// A value of the environment's parameter file.
pub fn parameter(environment: Environment, name: &str) -> String {
    let values = parameters(environment);
    let value = values.into_iter().find(|(key, _)| key == name);
    value.unwrap_or_else(|| panic!("{name} is not in the parameters of {}", environment.name())).1
}
