export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'
export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json'

/** A kind of manifest that OCI withdrew before version 1.1. Old signatures may have it; ECR's API does not name it. */
export const OCI_ARTIFACT = 'application/vnd.oci.artifact.manifest.v1+json'

const INDEX_TYPES: readonly string[] = [OCI_INDEX, DOCKER_LIST]

/** The media types of manifests, of images and of indexes: what ECR and registries are asked for. */
export const MANIFEST_TYPES: string[] = [...INDEX_TYPES, OCI_IMAGE, DOCKER_IMAGE]

/** Whether a media type is that of an index. */
export function isIndex(mediaType: string | null | undefined): boolean {
  return INDEX_TYPES.includes(mediaType ?? '')
}
