import type { Store } from '../store/store.ts'
import type { Caller } from '../store/types.ts'
import { getAuthorizationToken } from './authorization.ts'
import * as images from './images.ts'
import * as layers from './layers.ts'
import { putImageTagMutability } from './mutability.ts'
import * as policies from './policies.ts'
import * as previews from './previews.ts'
import * as registry from './registry.ts'
import * as replication from './replication.ts'
import * as repositories from './repositories.ts'
import * as scanning from './scanning.ts'
import * as signing from './signing.ts'
import * as tagging from './tagging.ts'
import * as templates from './templates.ts'

interface Operation {
  readonly required: readonly string[]
  // biome-ignore lint/suspicious/noExplicitAny: each operation has its own input; `invoke` types it by name.
  readonly run: (store: Store, caller: Caller, input: any) => object | Promise<object>
}

const repository = 'repositoryName'

/** Every operation of private ECR that the local ECR knows, with the required members of its input. */
export const operations = {
  GetAuthorizationToken: { required: [], run: getAuthorizationToken },
  CreateRepository: { required: [repository], run: repositories.createRepository },
  DescribeRepositories: { required: [], run: repositories.describeRepositories },
  DeleteRepository: { required: [repository], run: repositories.deleteRepository },
  PutImageTagMutability: { required: [repository, 'imageTagMutability'], run: putImageTagMutability },
  PutLifecyclePolicy: { required: [repository, 'lifecyclePolicyText'], run: policies.putLifecyclePolicy },
  GetLifecyclePolicy: { required: [repository], run: policies.getLifecyclePolicy },
  StartLifecyclePolicyPreview: { required: [repository], run: previews.startLifecyclePolicyPreview },
  GetLifecyclePolicyPreview: { required: [repository], run: previews.getLifecyclePolicyPreview },
  DeleteLifecyclePolicy: { required: [repository], run: policies.deleteLifecyclePolicy },
  SetRepositoryPolicy: { required: [repository, 'policyText'], run: policies.setRepositoryPolicy },
  GetRepositoryPolicy: { required: [repository], run: policies.getRepositoryPolicy },
  DeleteRepositoryPolicy: { required: [repository], run: policies.deleteRepositoryPolicy },
  TagResource: { required: ['resourceArn', 'tags'], run: tagging.tagResource },
  UntagResource: { required: ['resourceArn', 'tagKeys'], run: tagging.untagResource },
  ListTagsForResource: { required: ['resourceArn'], run: tagging.listTagsForResource },
  DescribeImages: { required: [repository], run: images.describeImages },
  ListImages: { required: [repository], run: images.listImages },
  BatchGetImage: { required: [repository, 'imageIds'], run: images.batchGetImage },
  BatchDeleteImage: { required: [repository, 'imageIds'], run: images.batchDeleteImage },
  PutImage: { required: [repository, 'imageManifest'], run: images.putImage },
  ListImageReferrers: { required: [repository, 'subjectId'], run: images.listImageReferrers },
  BatchCheckLayerAvailability: {
    required: [repository, 'layerDigests'],
    run: layers.batchCheckLayerAvailability,
  },
  InitiateLayerUpload: { required: [repository], run: layers.initiateLayerUpload },
  UploadLayerPart: {
    required: [repository, 'uploadId', 'partFirstByte', 'partLastByte', 'layerPartBlob'],
    run: layers.uploadLayerPart,
  },
  CompleteLayerUpload: {
    required: [repository, 'uploadId', 'layerDigests'],
    run: layers.completeLayerUpload,
  },
  GetDownloadUrlForLayer: { required: [repository, 'layerDigest'], run: layers.getDownloadUrlForLayer },
  DescribeRegistry: { required: [], run: replication.describeRegistry },
  PutReplicationConfiguration: {
    required: ['replicationConfiguration'],
    run: replication.putReplicationConfiguration,
  },
  DescribeImageReplicationStatus: {
    required: [repository, 'imageId'],
    run: replication.describeImageReplicationStatus,
  },
  GetRegistryScanningConfiguration: { required: [], run: scanning.getRegistryScanningConfiguration },
  PutRegistryScanningConfiguration: { required: [], run: scanning.putRegistryScanningConfiguration },
  BatchGetRepositoryScanningConfiguration: {
    required: ['repositoryNames'],
    run: scanning.batchGetRepositoryScanningConfiguration,
  },
  StartImageScan: { required: [repository, 'imageId'], run: scanning.startImageScan },
  DescribeImageScanFindings: { required: [repository, 'imageId'], run: scanning.describeImageScanFindings },
  PutImageScanningConfiguration: {
    required: [repository, 'imageScanningConfiguration'],
    run: registry.putImageScanningConfiguration,
  },
  GetSigningConfiguration: { required: [], run: signing.getSigningConfiguration },
  PutSigningConfiguration: {
    required: ['signingConfiguration'],
    run: signing.putSigningConfiguration,
  },
  DeleteSigningConfiguration: { required: [], run: signing.deleteSigningConfiguration },
  DescribeImageSigningStatus: {
    required: [repository, 'imageId'],
    run: signing.describeImageSigningStatus,
  },
  CreateRepositoryCreationTemplate: {
    required: ['prefix', 'appliedFor'],
    run: templates.createRepositoryCreationTemplate,
  },
  DescribeRepositoryCreationTemplates: { required: [], run: templates.describeRepositoryCreationTemplates },
  GetAccountSetting: { required: ['name'], run: registry.getAccountSetting },
  PutAccountSetting: { required: ['name', 'value'], run: registry.putAccountSetting },
} satisfies Record<string, Operation>
