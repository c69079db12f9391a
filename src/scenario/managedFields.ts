/** When everything in a generated cluster was made, as YAML prints a time. */
export const CREATED = '"2026-01-12T08:15:00Z"';

/** Server-side apply's bookkeeping, as `kubectl --show-managed-fields` prints it. */
export function printManagedFields(manager: string, fields: readonly string[]): string {
  const lines = fields.flatMap((field) => [
    `        ${field}:`,
    '          .: {}',
    ...['Ready', 'Initialized', 'ContainersReady'].flatMap((type) => [
      `          k:{"type":"${type}"}:`,
      '            .: {}',
      '            f:lastTransitionTime: {}',
      '            f:status: {}',
    ]),
  ]);
  return [
    '  managedFields:',
    '  - apiVersion: v1',
    '    fieldsType: FieldsV1',
    '    fieldsV1:',
    '      f:status:',
    ...lines,
    `    manager: ${manager}`,
    '    operation: Update',
    '    subresource: status',
    `    time: ${CREATED}`,
  ].join('\n');
}
