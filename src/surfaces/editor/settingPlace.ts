/** Where a setting's value stands. */
export type Place = 'folder' | 'workspace' | 'user';

/** What is set at each place, as the editor tells. */
export interface InspectedSetting {
  readonly workspaceFolderValue?: unknown;
  readonly workspaceValue?: unknown;
}

/** Returns the place whose value is in force: the nearest that has one; a machine's own setting is never a workspace's. */
export function placeOf(
  { workspaceFolderValue, workspaceValue }: InspectedSetting,
  isOfMachine: boolean,
): Place {
  if (isOfMachine) return 'user';
  if (workspaceFolderValue !== undefined) return 'folder';
  return workspaceValue === undefined ? 'user' : 'workspace';
}
