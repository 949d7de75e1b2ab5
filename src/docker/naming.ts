/**
 * Who gives a built image its tags, and so how it leaves the builder:
 *
 * - `docker`: docker pushes it under the one reference, which has a tag; the caller puts the other tags;
 * - `digest`: docker pushes it by its digest alone, to the repository that the one reference names; the caller puts
 *   every tag;
 * - `layout`: docker leaves it in a folder as an OCI layout; the caller pushes it and puts every tag;
 * - `local`: nothing is pushed; docker gives the references to the image in the engine.
 */
export type Naming = 'docker' | 'digest' | 'layout' | 'local'

/** What the builder can do, as far as it decides how an image leaves it. */
export interface Capabilities {
  /** Whether it pushes an image by its digest alone. */
  readonly pushByDigest: boolean
  /** Whether it writes an image into a folder as an OCI layout. */
  readonly layout: boolean
  /** Whether what it pushes is in the engine already, as if loaded. */
  readonly loadsWhatItPushes: boolean
}

/**
 * Decides who names the image: the one place that does.
 * @param wanted whether the image is pushed, whether docker must not give it a tag (it gets none, or only after its scan),
 * and whether an SBOM is taken out of it
 * @param capabilities null if nobody asked the builder: then the image is not wanted without a tag
 * @throws Error if the builder can do neither, which `inspect` has to refuse before anything is built
 */
export function whoNames(
  wanted: {
    readonly push: boolean
    readonly pushByDigest: boolean
    readonly beforeTags: boolean
    readonly sbomApart: boolean
  },
  capabilities: Capabilities | null,
): Naming {
  if (!wanted.push) return 'local'
  if (!wanted.pushByDigest && !wanted.beforeTags && !wanted.sbomApart) return 'docker'
  // What is only in the folder leaves nothing in ECR that nobody asked for.
  if (capabilities?.pushByDigest && !wanted.sbomApart) return 'digest'
  if (capabilities?.layout) return 'layout'
  throw new Error('The builder can neither push by digest nor write an OCI layout.')
}
