import { clientSettings } from '../src/client-config.ts'
import { type Setting, settings } from '../src/config.ts'
import { type ErrorCode, errorCodes } from '../src/odata/error.ts'

/** Documents for people that are derived from the source, by file name. */
export function documents(): Readonly<Record<string, string>> {
  return { 'docs/configuration.md': configuration(), 'docs/errors.md': errors() }
}

function configuration(): string {
  return `# Configuration

Each setting is a flag of \`tenantry serve\` (and of \`tenantry token\`, as far as it matters there) or a variable of the environment; the flag wins.
A wrong setting is one line on standard error and exit code 2. This page is made from \`src/settings.ts\` and \`src/client-config.ts\`.

| flag | variable | default | meaning |
|---|---|---|---|
${rowsOf(settings)}

## Of the commands that work on a running service

They ask it as any other client does, by its address and a token:

| flag | variable | default | meaning |
|---|---|---|---|
${rowsOf(clientSettings)}
`
}

function rowsOf(table: Readonly<Record<string, Setting>>): string {
  return Object.values(table)
    .map(
      ({ flag, variable, value, default: preset, meaning }) =>
        `| \`--${flag} ${value}\` | \`${variable}\` | ${preset === '' ? '' : `\`${preset}\``} | ${meaning} |`,
    )
    .join('\n')
}

function errors(): string {
  const rows = (Object.keys(errorCodes) as ErrorCode[]).map(
    (code) => `| ${errorCodes[code].status} | \`${code}\` | ${errorCodes[code].meaning} |`,
  )
  return `# Errors

Every answer with a status of 400 or more has this body, in \`application/json\`, at every address:

\`\`\`json
{
  "error": {
    "code": "Request_BadRequest",
    "message": "'displayName' is required.",
    "target": "displayName",
    "details": [{ "code": "Request_BadRequest", "message": "'displayName' is required.", "target": "displayName" }],
    "innerError": { "date": "2026-01-02T03:04:05", "request-id": "…", "client-request-id": "…" }
  }
}
\`\`\`

\`details\` holds every fault of a body at once. \`request-id\` is in the log and in the header of the same name; \`client-request-id\` is the caller's own, if it sent one.
The codes are a closed table, made from \`src/odata/error.ts\`:

| status | code | meaning |
|---|---|---|
${rows.join('\n')}
`
}
