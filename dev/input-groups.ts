import { CommandError } from './command/errors.ts'
import type { Metadata, ReadMetadata } from './docs.ts'
import { table, withBlocks } from './markdown.ts'

/** The inputs of the main action by what a person wants to say with them; each is in one group. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Where the image goes': ['repository', 'aws-region', 'registry-type', 'registry-id', 'registries'],
  'Who asks AWS': [
    'role-to-assume',
    'role-session-name',
    'role-duration-seconds',
    'audience',
    'role-external-id',
    'role-session-policy',
    'allowed-account-ids',
    'github-token',
  ],
  'The repository': [
    'create-repository',
    'image-tag-mutability',
    'image-tag-mutability-exclusions',
    'scan-on-push',
    'encryption-type',
    'kms-key',
    'repository-tags',
    'lifecycle-policy',
    'repository-policy',
    'update-repository',
  ],
  'Tags, labels and annotations': ['tags', 'flavor', 'labels', 'annotations', 'metadata-context'],
  'What is built': [
    'context',
    'file',
    'target',
    'platforms',
    'build-args',
    'build-contexts',
    'secrets',
    'secret-envs',
    'secret-files',
    'ssh',
    'pull',
    'pull-registries',
    'registry-auth',
  ],
  'How it is built': [
    'builder',
    'cache',
    'cache-from',
    'cache-to',
    'no-cache',
    'no-cache-filters',
    'network',
    'add-hosts',
    'allow',
    'cgroup-parent',
    'shm-size',
    'ulimit',
    'stall-timeout',
    'call',
  ],
  'What comes out': [
    'compression',
    'compression-level',
    'reproducible',
    'provenance',
    'sbom',
    'attests',
    'max-size',
    'load',
    'outputs',
  ],
  'The push': ['push', 'push-by-digest', 'if-image-exists', 'dry-run', 'keep-login', 'summary'],
  'After the push: scan, replication, managed signing': [
    'fail-on-severity',
    'scan-min-score',
    'scan-only-fixable',
    'scan-ignore',
    'scan-baseline',
    'scan-report',
    'scan-timeout',
    'gate',
    'wait-for-replication',
    'replication-timeout',
    'wait-for-signing',
    'signing-timeout',
  ],
  'Signed attestations': [
    'attest',
    'sbom-file',
    'sigstore',
    'sigstore-signing-config',
    'sigstore-trusted-root',
  ],
}

/** What most workflows need, in the order in which a person comes to it. */
const FIRST = [
  'repository',
  'aws-region',
  'role-to-assume',
  'tags',
  'context',
  'file',
  'build-args',
  'platforms',
  'cache',
  'push',
]

const BEGIN = /<!-- (first|grouped) inputs of (\S+), written by npm run docs -->/

/**
 * The Markdown with the inputs of the main action in groups, and the first ones.
 * @throws CommandError if an input is in no group or in two, a group names none of the action's, or a block has no end
 */
export function withInputGroups(markdown: string, read: ReadMetadata): string {
  return withBlocks(markdown, BEGIN, (kind, file = '') => {
    const { inputs = {} } = read(file)
    checkGroups(Object.keys(inputs), file)
    if (kind === 'first') return inputsTable(inputs, FIRST)
    return Object.entries(GROUPS)
      .map(([title, names]) => `### ${title}\n\n${inputsTable(inputs, names)}`)
      .join('\n\n')
  })
}

function checkGroups(names: readonly string[], file: string): void {
  const grouped = Object.values(GROUPS).flat()
  const wrong = [
    ...names.filter((name) => !grouped.includes(name)).map((name) => `'${name}' of ${file} is in no group`),
    ...[...grouped, ...FIRST]
      .filter((name) => !names.includes(name))
      .map((name) => `'${name}' is no input of ${file}`),
    ...grouped
      .filter((name, index) => grouped.indexOf(name) !== index)
      .map((name) => `'${name}' is in two groups`),
  ]
  if (wrong.length === 0) return
  throw new CommandError(`${wrong.join('; ')}.`, 'correct the groups in dev/input-groups.ts.')
}

/** A table of the inputs of these names, with their defaults and descriptions. */
export function inputsTable(
  inputs: NonNullable<Metadata['inputs']>,
  names: readonly string[] = Object.keys(inputs),
): string {
  return table(
    ['Input', 'Default', 'Meaning'],
    names.map((name) => {
      const { required, default: byDefault, description = '' } = inputs[name] ?? {}
      return [`\`${name}\``, required ? 'required' : byDefault ? `\`${byDefault}\`` : '', description]
    }),
  )
}
