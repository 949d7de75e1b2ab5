import type { Engine } from '../../src/docker/port.ts'

/** An engine whose builder can do everything. */
export const ABLE_ENGINE: Engine = {
  serverVersion: '28.0.0',
  buildxVersion: '0.29.0',
  capabilities: { pushByDigest: true, layout: true, loadsWhatItPushes: false },
  builder: 'able (docker-container)',
  noEngine: null,
}
