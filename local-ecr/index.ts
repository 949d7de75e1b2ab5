/*
 * The local ECR for other programs: start it, or call its operations without a network. README.md shows how.
 * Everything outside of this folder imports this file only.
 */

export { inProcess } from './api/sdk-handler.ts'
export type { Faults, Ordered } from './faults/faults.ts'
export { type Effect, type Match, type Order, readOrders, type Side } from './faults/orders.ts'
export type { RateTable } from './faults/rates.ts'
export type { RecordedRequest } from './faults/recorder.ts'
export { claimNames } from './host/names.ts'
export { ACCOUNTS, REGIONS } from './host/options.ts'
export { SetupError } from './host/setup-error.ts'
export { type LocalEcr, type LocalEcrOptions, startLocalEcr } from './host/start.ts'
export { type InputOf, invoke, type OperationName, type OutputOf } from './operations/dispatch.ts'
export { createOnPush } from './operations/templates.ts'
export { RegistryFront } from './registry/front.ts'
export { MemoryBlobs } from './registry/memory-blobs.ts'
export { route } from './registry/routes.ts'
export { Service } from './service/service.ts'
export { EcrError } from './store/errors.ts'
export { digestOf } from './store/images.ts'
export { MemoryBackend } from './store/memory.ts'
export { callerOf, PUBLIC, publicAlias, registryName } from './store/names.ts'
export type { ReplicationPlan, ScanPlan, SigningPlan, Vulnerability } from './store/plans.ts'
export { Store, type StoreOptions } from './store/store.ts'
export { trusts } from './store/trust.ts'
export type { Caller, Credentials, Image, Repository, RepositoryKey, Role } from './store/types.ts'
