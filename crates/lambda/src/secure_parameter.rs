//! Custom resource: a SecureString parameter under this environment's own key, which `AWS::SSM::Parameter`
//! cannot make.

use aws_sdk_ssm::types::{ParameterType, ResourceTypeForTagging, Tag};
use serde::Deserialize;
use serde_json::json;

use crate::aws::{Aws, failed, has_code};
use crate::cfn::{Done, NOT_CREATED, Request, Wanted};
use crate::failure::{Failure, Kind, Result};
use crate::log;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Properties {
    name: String,
    value: String,
    key_id: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    on_update: OnUpdate,
    #[serde(default)]
    tags: Vec<KeyValue>,
}

/// A tag, as CloudFormation writes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeyValue {
    key: String,
    value: String,
}

/// Whether the template's value wins over the one that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OnUpdate {
    #[default]
    Replace,
    Keep,
}

/// Creates, updates or deletes the parameter. The physical id is its name.
///
/// # Errors
/// When SSM refuses, or a property is missing.
pub(crate) async fn handle(aws: Aws, request: Request) -> Result<Done> {
    if request.request_type == Wanted::Delete {
        let name = request.physical_resource_id.unwrap_or_else(|| NOT_CREATED.to_owned());
        if is_ours(&name) {
            delete(&aws, &name).await?;
        }
        return Ok(Done { physical_id: name, data: json!({}) });
    }
    let properties: Properties = request.properties()?;
    let old_key = request.old_resource_properties["KeyId"].as_str().map(str::to_owned);
    let rekeyed = old_key.is_some_and(|key| key != properties.key_id);
    match properties.on_update {
        OnUpdate::Replace => put(&aws, &properties, &properties.value, true).await?,
        OnUpdate::Keep => keep(&aws, &properties, rekeyed).await?,
    }
    tag(&aws, &properties).await?;
    log::info(
        "parameter",
        &json!({ "name": properties.name, "kept": properties.on_update == OnUpdate::Keep }),
    );
    Ok(Done { physical_id: properties.name.clone(), data: json!({ "Name": properties.name }) })
}

/// Whether an id is one that this function has answered with: a parameter's name, which begins with `/`. A creation that was
/// cancelled before it was answered is deleted under an id that CloudFormation makes up, and one that failed
/// under [`NOT_CREATED`]: nothing is there to be deleted, and the role may not delete it either.
fn is_ours(id: &str) -> bool {
    id.starts_with('/')
}

/// Gives the parameter its tags, after it was put: a request that may overwrite takes none.
async fn tag(aws: &Aws, properties: &Properties) -> Result<()> {
    let what = format!("the tags of parameter {}", properties.name);
    let tag = |tag: &KeyValue| Tag::builder().key(&tag.key).value(&tag.value).build();
    let tags: std::result::Result<Vec<_>, _> = properties.tags.iter().map(tag).collect();
    let tags = tags.map_err(|e| Failure::new(Kind::Internal, format!("{what}: {e}")))?;
    if tags.is_empty() {
        return Ok(());
    }
    let request = aws.ssm().add_tags_to_resource().resource_type(ResourceTypeForTagging::Parameter);
    let request = request.resource_id(&properties.name).set_tags(Some(tags));
    request.send().await.map(drop).map_err(|e| failed(&what, &e))
}

/// Puts the first value, and leaves a value that is there; under another key it is encrypted again.
async fn keep(aws: &Aws, properties: &Properties, rekeyed: bool) -> Result<()> {
    if rekeyed && let Ok(value) = aws.parameter(&properties.name).await {
        return put(aws, properties, &value, true).await;
    }
    put(aws, properties, &properties.value, false).await
}

/// Puts a value. Without `overwrite` a parameter that is there stays as it is.
async fn put(aws: &Aws, properties: &Properties, value: &str, overwrite: bool) -> Result<()> {
    let description = (!properties.description.is_empty()).then(|| properties.description.clone());
    let request = aws
        .ssm()
        .put_parameter()
        .name(&properties.name)
        .value(value)
        .set_description(description)
        .r#type(ParameterType::SecureString)
        .key_id(&properties.key_id)
        .overwrite(overwrite);
    match request.send().await {
        Ok(_) => Ok(()),
        Err(error) if !overwrite && has_code(&error, &["ParameterAlreadyExists"]) => Ok(()),
        Err(error) => Err(failed(&format!("parameter {}", properties.name), &error)),
    }
}

async fn delete(aws: &Aws, name: &str) -> Result<()> {
    match aws.ssm().delete_parameter().name(name).send().await {
        Ok(_) => Ok(()),
        Err(error) if has_code(&error, &["ParameterNotFound"]) => Ok(()),
        Err(error) => Err(failed(&format!("parameter {name}"), &error)),
    }
}
