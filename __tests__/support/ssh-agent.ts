import { createServer } from 'node:net'

/** An SSH agent without keys, and how often it was asked for them. */
export interface SshAgent {
  readonly socket: string
  readonly asked: () => number
  close(): Promise<void>
}

/** https://datatracker.ietf.org/doc/html/draft-ietf-sshm-ssh-agent: request 11 lists keys, answer 12 has none. */
export async function startSshAgent(socket: string): Promise<SshAgent> {
  let asked = 0
  const server = createServer((connection) => {
    connection.on('error', () => undefined)
    connection.on('data', () => {
      asked += 1
      connection.write(Buffer.from([0, 0, 0, 5, 12, 0, 0, 0, 0]))
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
