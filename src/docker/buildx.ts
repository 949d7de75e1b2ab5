import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { execute, ProcessError } from './exec.ts'
import { explainDockerFailure } from './failures.ts'
import type { BuildRequest, Built } from './port.ts'

/** The arguments of `docker buildx build`: a pure table from the request. */
export function buildxArguments(
  request: BuildRequest,
  files: { readonly metadata: string; readonly imageId: string },
): string[] {
  return [
    'buildx',
    'build',
    ...commonArguments(request),
    ...request.annotations.map((value) => `--annotation=${value}`),
    ...(request.push ? ['--push'] : []),
    `--metadata-file=${files.metadata}`,
    `--iidfile=${files.imageId}`,
    '--',
    request.context,
  ]
}

/** What `docker build` and `docker buildx build` have in common. Values are attached, so that none is an option. */
export function commonArguments(request: BuildRequest): string[] {
  return [
    `--file=${request.file}`,
    ...(request.target === null ? [] : [`--target=${request.target}`]),
    ...request.buildArgs.map((value) => `--build-arg=${value}`),
    ...request.labels.map((value) => `--label=${value}`),
    ...request.references.map((value) => `--tag=${value}`),
  ]
}

/**
 * Builds and pushes in one process.
 * @param folder the step's own folder, for buildx's result files
 * @throws ActionError where the build or the push fails
 */
export async function buildWithBuildx(
  request: BuildRequest,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Built> {
  const results = await mkdtemp(path.join(folder, 'build-'))
  const files = { metadata: path.join(results, 'metadata.json'), imageId: path.join(results, 'iid') }
  try {
    await execute('docker', buildxArguments(request, files), {
      // Lambda and others refuse an index, which attestations would make of a single platform's image.
      env: { ...env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
      show: true,
    })
    const metadata = JSON.parse(await readFile(files.metadata, 'utf8')) as Record<string, unknown>
    const digest = metadata['containerimage.digest']
    return {
      digest: typeof digest === 'string' ? digest : null,
      imageId: (await readFile(files.imageId, 'utf8').catch(() => '')).trim(),
      metadata,
    }
  } catch (error) {
    throw error instanceof ProcessError ? explainDockerFailure('The build', error) : error
  } finally {
    await rm(results, { recursive: true, force: true })
  }
}
