/**
 * The errors whose text is put together in a way that `read.ts` does not follow, by file and code: what they say. An
 * error that is neither read nor here is an error of `npm run docs`, and so is a line here without an error.
 */
export const COMPOSED: Readonly<Record<string, string>> = {
  'actions/attest/attest.ts message':
    'what of `attest` is not signed, or not beside the image, in which registry, and why',
  "actions/bake/engine.ts problems.map(ofDefinition).join('\\n')":
    'what the builder cannot do of a target of the bake definition, as for the main action',
  'actions/bake/targets.ts what': 'what a bake definition reaches outside of what it may',
  "actions/provenance/report.ts ['require-provenance:', ...lines, ...missing.map(messageOf)].join('\\n').replace(':\\n', ': ')":
    'why no attestation beside the image is what `require-provenance` asks for, one line for each attestation',
  'aws/account.ts `${failed}: ${noAnswer.what}`':
    'STS gave no answer when it was asked whose credentials these are',
  'aws/account.ts `${failed}: ${saidBy(error)} (${name})${inAttempts(attempts)}`':
    'STS refused to say whose credentials these are, in its own words',
  'delivery/read-back.ts `${open} ${error.message}`':
    'what was pushed, and why ECR could not be asked for it',
  'docker/failures/explain.ts reason':
    "the reason of docker's failure: [docker and registries](troubleshooting.md)",
  'inputs/attest.ts reading.problem': 'a file that an input names cannot be read, and why',
  'inputs/build.ts `${file} ${misplaced}`':
    'a path leads out of the workspace, or to a place that no path may lead to',
  'inputs/cache.ts `${given} ${misplaced}`':
    'a path leads out of the workspace, or to a place that no path may lead to',
  'inputs/context.ts misplaced': 'a path leads out of the workspace, or to a place that no path may lead to',
  'inputs/context.ts problem': 'a named context is none, or leads to a place that no path may lead to',
  'inputs/exporters.ts `${exporter.destination} ${misplaced}`':
    'a path leads out of the workspace, or to a place that no path may lead to',
  'inputs/metadata.ts message': 'a rule of `tags`, `flavor`, `labels` or `annotations` is none, and why',
  'inputs/provenance.ts must': 'a line of `require-provenance` has another form than it must',
  'inputs/reader.ts message': 'a value has another form than it must',
  'inputs/reader.ts BROKEN': 'a line of a list has a quote that is not closed, or text after a closed one',
  'inputs/registry-auth.ts `${which} ${problem}`':
    'a login of `registry-auth` lacks something, or has what it may not',
  'inputs/repository-settings.ts reading.problem': 'a policy cannot be read from its file, or is no JSON',
  'inputs/role.ts read.problem': 'a session policy is no JSON, or too long',
  'inputs/scan-ignore.ts read.problem': 'a file of findings to ignore cannot be read, and why',
  'inputs/scan-ignore.ts BROKEN':
    'a line of a list has a quote that is not closed, or text after a closed one',
  'inputs/scan-ignore.ts `${place}: ${one.problem}`':
    'a line of findings to ignore has another form than it must',
  'inputs/secrets.ts problem': 'a file of `secret-files` leads to a place that no path may lead to',
  'metadata/rules.ts `${name}: ${error.message}`': 'an expression of a rule is none, and why',
  'registry/index-part.ts `${registry.displayUri(repository)}@${digest} ${part}.`':
    'an image that `merge` is given cannot be a part of an index, and why',
}
