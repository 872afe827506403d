// Answers requests with the IAM simulator: `node simulate.mjs NODE_MODULES < requests.json`.
// In: {documents: [policy], requests: [{principal, action, resource, account, context, identity, resourcePolicy, endpoint}]},
// where the last three are places in `documents`. Out: for each request "Allowed", "ImplicitlyDenied" or
// "ExplicitlyDenied". Whatever the simulator does not understand ends the program.

import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'

const require = createRequire(`${process.argv[2]}/none.js`)
const { runSimulation } = require('@cloud-copilot/iam-simulate')
const { createValidatedPolicy, validateEndpointPolicy, validateIdentityPolicy, validateResourcePolicy } = require(
  '@cloud-copilot/iam-policy',
)

// The simulator knows condition keys with a variable part only behind a slash.
const rename = (text) => text.replaceAll('kms:EncryptionContext:', 'aws:RequestTag/kms:EncryptionContext:')
const { documents, requests } = JSON.parse(rename(readFileSync(0, 'utf8')))

// A policy is checked once for each way in which it is used.
const checked = (validate) => {
  const known = new Map()
  return (place) => {
    if (!known.has(place)) known.set(place, createValidatedPolicy(documents[place], validate))
    return known.get(place)
  }
}
const [identity, resource, endpoint] = [validateIdentityPolicy, validateResourcePolicy, validateEndpointPolicy].map(checked)
const named = (places, policy) => places.map((place) => ({ name: `${place}`, policy: policy(place) }))

const answers = []
for (const request of requests) {
  const simulation = {
    request: {
      principal: request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.account },
      contextVariables: request.context,
    },
    identityPolicies: named(request.identity, identity),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: request.resourcePolicy === null ? undefined : resource(request.resourcePolicy),
    vpcEndpointPolicies: request.endpoint === null ? undefined : named([request.endpoint], endpoint),
  }
  const answer = await runSimulation(simulation, {})
  const ignored = answer.result?.ignoredContextKeys ?? []
  if (answer.resultType !== 'single' || ignored.length > 0) {
    console.error(JSON.stringify({ request, answer: { ...answer, result: undefined }, ignored }, null, 1))
    process.exit(1)
  }
  answers.push(answer.overallResult)
}
console.log(JSON.stringify(answers))
