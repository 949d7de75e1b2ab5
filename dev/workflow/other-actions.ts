/** What is needed of an action.yml. */
export interface Metadata {
  readonly name: string
  readonly description: string
  readonly inputs?: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >
  readonly outputs?: Readonly<Record<string, { readonly description: string }>>
}

/** An action of others, by the inputs of it that workflows here use. */
function action(name: string, inputs: readonly string[], required: readonly string[] = []): Metadata {
  const entry = (one: string) => [one, { description: one, required: required.includes(one) }] as const
  return { name, description: name, inputs: Object.fromEntries(inputs.map(entry)) }
}

/**
 * What is known of the actions of others that workflows here use, by what a step's `uses` says before the `@`: an input
 * that is not here is an error, as is an action.
 */
export const OTHERS: Readonly<Record<string, Metadata>> = {
  'actions/attest': action('Attest', ['subject-path']),
  'actions/checkout': action('Checkout', ['fetch-depth', 'persist-credentials']),
  'actions/dependency-review-action': action('Dependency review', [
    'allow-licenses',
    'fail-on-scopes',
    'fail-on-severity',
  ]),
  'actions/download-artifact': action('Download an artifact', ['name', 'path']),
  'actions/setup-node': action('Set up Node', ['node-version', 'package-manager-cache']),
  'actions/upload-artifact': action(
    'Upload an artifact',
    ['if-no-files-found', 'name', 'path', 'retention-days'],
    ['path'],
  ),
  'aws-actions/configure-aws-credentials': action(
    'Configure AWS credentials',
    ['aws-region', 'role-to-assume'],
    ['aws-region'],
  ),
  'devcontainers/ci': action('Dev container', ['push', 'runCmd']),
  'docker/setup-buildx-action': action('Set up buildx', ['driver', 'driver-opts']),
  'docker/setup-docker-action': action('Set up Docker', ['set-host', 'version']),
  'docker/setup-qemu-action': action('Set up QEMU', []),
  'github/codeql-action/upload-sarif': action('Upload SARIF', ['sarif_file']),
}
