// What stands in the place of an input that is an expression and nothing else.

const EXPIRING = {
  rulePriority: 1,
  selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
  action: { type: 'expire' },
}
const PULLING = { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' }

/** Stands for a KMS key of which the workflow does not say which it is: no condition asks for this alias. */
export const ANY_KEY = 'alias/zq-any-key-zq'

/**
 * The value of an input that asks for the most, in the place of an expression that nobody knows: the policy is never
 * narrower than the run. Two if neither asks for all that the other does.
 */
export const MOST: Readonly<Record<string, readonly string[]>> = {
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
  'cache-from': ['type=registry,ref=example/cache'],
  'fail-on-severity': ['critical'],
  'scan-min-score': ['7.0'],
  'scan-only-fixable': ['true'],
  'wait-for-replication': ['true'],
  'wait-for-signing': ['true'],
  attest: ['provenance'],
  'require-provenance': ['true'],
  summary: ['true'],
}
