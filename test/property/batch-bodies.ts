import { customerBody } from '../support/customer.ts'

/** A batch as it is sent, before anything is broken. */
export interface BatchBody {
  readonly type: string
  readonly body: string
}

const headers = { 'content-type': 'application/json' }

const json: BatchBody = {
  type: 'application/json',
  body: JSON.stringify({
    requests: [
      { id: '1', method: 'POST', url: '/Customers', headers, body: customerBody({ displayName: 'Fuzz' }), atomicityGroup: 'g' },
      { id: '2', method: 'PATCH', url: '$1', dependsOn: ['1'], headers, body: { contractType: 7 }, atomicityGroup: 'g' },
      { id: '3', method: 'GET', url: '/Customers?$filter=domain eq $1/domain&$top=1', dependsOn: ['g'] },
      { id: '4', method: 'DELETE', url: '$1', dependsOn: ['g', '3'], headers: { 'if-match': '$2' } },
      { id: '5', method: 'POST', url: '/Customers', body: 'eyJhIjoxfQ==' },
    ],
  }),
}

const multipart: BatchBody = {
  type: 'multipart/mixed; boundary=b',
  body: [
    '--b',
    'Content-Type: application/http',
    'Content-ID: 1',
    '',
    "GET Customers('n1')?$select=domain HTTP/1.1",
    'Accept: application/json',
    '',
    '',
    '--b',
    'Content-Type: multipart/mixed; boundary="c"',
    '',
    '--c',
    'Content-Type: application/http',
    'Content-ID: 2',
    '',
    'POST Customers HTTP/1.1',
    'Content-Type: application/json',
    '',
    JSON.stringify(customerBody({ displayName: 'Fuzz' })),
    '--c',
    'Content-Type: application/http',
    'Content-ID: 3',
    '',
    'PATCH $2 HTTP/1.1',
    'Content-Type: application/json',
    '',
    '{"contractType":7}',
    '--c--',
    '--b',
    'Content-Type: application/http',
    '',
    'DELETE $2 HTTP/1.1',
    'If-Match: $2',
    '',
    '',
    '--b--',
    '',
  ].join('\r\n'),
}

export const batchBodies: readonly BatchBody[] = [json, multipart]

/** What a mutation may put into a batch. */
export const batchPieces: readonly string[] = [
  '\r\n',
  '\r\n\r\n',
  '--b',
  '--b--',
  '--c',
  '$1',
  '$g',
  ',"dependsOn":["1"]',
  '"id":"1",',
  '"atomicityGroup":"g",',
  '"url":"/$batch",',
  'Content-ID: 1\r\n',
  'Content-Length: 3\r\n',
  'Host: x\r\n',
  'https://x/',
  '{}',
  'null',
]
