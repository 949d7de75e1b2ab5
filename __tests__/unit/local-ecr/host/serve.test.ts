import { createServer } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { serve } from '../../../../local-ecr/host/serve.ts'

const held = createServer()
afterEach(() => new Promise<void>((resolve) => held.close(() => resolve())))

test.each([{}, { delayMs: 1 }])('a port in use ends in one sentence with a remedy: %j', async (delay) => {
  await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve))
  const { port } = held.address() as { port: number }
  const starting = serve(() => undefined, { host: '127.0.0.1', port, ...delay })
  await expect(starting).rejects.toMatchObject({
    name: 'SetupError',
    message: `The local ECR cannot listen on 127.0.0.1:${port}: another program listens there: stop it, or use the localhost mode.`,
  })
})
