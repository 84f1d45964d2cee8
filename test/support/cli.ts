import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { runCommand, temporaryFolder } from './process.ts'
import { partner, type TestService, useService } from './service.ts'

/** A service, and the commands of the program that work on it as a user of it would. */
export function useCommands(settings: Parameters<typeof useService>[0] = {}): {
  readonly service: TestService
  readonly run: (...args: readonly string[]) => ReturnType<typeof runCommand>
  /** A path in a folder of the test file. */
  readonly file: (name: string) => string
  readonly text: (name: string) => string
  readonly environment: () => Promise<Readonly<Record<string, string>>>
} {
  const service = useService(settings)
  let folder = ''
  let clean = () => {}
  before(() => {
    folder = temporaryFolder((undo) => {
      clean = undo
    })
  })
  after(() => clean())
  const environment = async () => ({ TENANTRY_URL: service.url, TENANTRY_TOKEN: await service.token(partner) })
  const file = (name: string) => `${folder}/${name}`
  return {
    service,
    environment,
    file,
    text: (name) => readFileSync(file(name), 'utf8'),
    run: async (...args) => runCommand(args, await environment()),
  }
}
