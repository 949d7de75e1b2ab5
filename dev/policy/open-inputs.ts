// What stands in the place of an input that is an expression, whose value nobody knows before a run.

import type { InputName } from '../../src/inputs/names.ts'

const EXPIRING = {
  rulePriority: 1,
  selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
  action: { type: 'expire' },
}
const PULLING = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }

/** Stands for a KMS key of which the workflow does not say which it is: no condition asks for this alias. */
export const ANY_KEY = 'alias/zq-any-key-zq'

/**
 * What an input that is an expression and nothing else stands for:
 *
 * - values, of which each asks for what the others do not: between them they ask for all that any value asks for;
 * - `in place`: something stands for it that becomes a `*` in the documents;
 * - `anywhere`: it may name what is in any registry, which is told, as nobody can write it into a policy;
 * - `no part`: no value of it changes what is asked of AWS, or what it changes is only less.
 *
 * `__tests__/fuzz/open-inputs.test.ts` holds each of them against the uses that values of the input make.
 */
export type OpenInput = readonly [string, ...string[]] | 'in place' | 'anywhere' | 'no part'

/** Of every input of every action: one that is new has to be here. */
export const OPEN_INPUTS: Readonly<Record<InputName, OpenInput>> = {
  repository: 'in place',
  source: 'in place',
  image: 'in place',
  digests: 'in place',
  tags: 'in place',
  'role-to-assume': 'in place',
  'role-external-id': 'in place',
  'aws-region': 'in place',
  'registry-id': 'in place',
  audience: 'in place',

  'registry-type': ['private', 'public'],
  push: ['true'],
  'create-repository': ['true', 'false'],
  'update-repository': ['true'],
  'if-image-exists': ['skip'],
  'keep-login': ['true'],
  'image-tag-mutability': ['IMMUTABLE'],
  'scan-on-push': ['true'],
  'encryption-type': ['KMS'],
  'kms-key': [ANY_KEY],
  'repository-tags': ['a=b'],
  'lifecycle-policy': [JSON.stringify({ rules: [EXPIRING] })],
  'repository-policy': [JSON.stringify({ Version: '2012-10-17', Statement: [PULLING] })],
  cache: ['ecr'],
  'fail-on-severity': ['critical'],
  'scan-min-score': ['7.0'],
  'scan-only-fixable': ['true'],
  'wait-for-replication': ['true'],
  'wait-for-signing': ['true'],
  attest: ['provenance'],
  'require-provenance': ['true'],
  summary: ['true'],

  registries: 'anywhere',
  'pull-registries': 'anywhere',
  'cache-from': 'anywhere',
  'cache-to': 'anywhere',
  'build-args': 'anywhere',
  'build-contexts': 'anywhere',
  attests: 'anywhere',
  sbom: 'anywhere',
  provenance: 'anywhere',
  context: 'anywhere',
  file: 'anywhere',
  files: 'anywhere',
  targets: 'anywhere',
  set: 'anywhere',
  vars: 'anywhere',

  // Less is asked with them than without.
  'dry-run': 'no part',
  call: 'no part',
  matrix: 'no part',
  'push-by-digest': 'no part',
  'content-tag': 'no part',

  'add-hosts': 'no part',
  allow: 'no part',
  'allowed-account-ids': 'no part',
  annotations: 'no part',
  builder: 'no part',
  'cgroup-parent': 'no part',
  compression: 'no part',
  'compression-level': 'no part',
  flavor: 'no part',
  gate: 'no part',
  'github-token': 'no part',
  'image-tag-mutability-exclusions': 'no part',
  labels: 'no part',
  load: 'no part',
  'max-size': 'no part',
  'metadata-context': 'no part',
  network: 'no part',
  'no-cache': 'no part',
  'no-cache-filters': 'no part',
  outputs: 'no part',
  platforms: 'no part',
  pull: 'no part',
  'registry-auth': 'no part',
  'replication-timeout': 'no part',
  reproducible: 'no part',
  'role-duration-seconds': 'no part',
  'role-session-name': 'no part',
  'role-session-policy': 'no part',
  'sbom-file': 'no part',
  'scan-baseline': 'no part',
  'scan-ignore': 'no part',
  'scan-report': 'no part',
  'scan-timeout': 'no part',
  'secret-envs': 'no part',
  'secret-files': 'no part',
  secrets: 'no part',
  'shm-size': 'no part',
  sigstore: 'no part',
  'sigstore-signing-config': 'no part',
  'sigstore-trusted-root': 'no part',
  'signing-timeout': 'no part',
  ssh: 'no part',
  'stall-timeout': 'no part',
  target: 'no part',
  ulimit: 'no part',
}

/** @returns `no part` for what is no input of ours, which no reader reads */
export const openInputOf = (name: string): OpenInput =>
  Object.hasOwn(OPEN_INPUTS, name) ? OPEN_INPUTS[name as InputName] : 'no part'

/** The values that ask for the most; none if no value stands for the input. */
export function mostOf(name: string): readonly string[] {
  const open = openInputOf(name)
  return typeof open === 'string' ? [] : open
}
