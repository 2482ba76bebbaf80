/** Where a setting's value stands. */
export type Place = 'folder' | 'workspace' | 'user';

/** What is set at each place, as the editor tells. */
export interface InspectedSetting {
  readonly globalValue?: unknown;
  readonly workspaceFolderValue?: unknown;
  readonly workspaceValue?: unknown;
}

/** Returns whether some settings file says anything: a default of the manifest is nobody's choice. */
export function isSetSomewhere({
  globalValue,
  workspaceValue,
  workspaceFolderValue,
}: InspectedSetting): boolean {
  return [globalValue, workspaceValue, workspaceFolderValue].some((value) => value !== undefined);
}

/**
 * Returns the place whose value is in force: the nearest that has one. A machine's own setting is never a workspace's, and
 * only settings of resources can be a folder's: the editor refuses to write others there.
 */
export function placeOf(
  { workspaceFolderValue, workspaceValue }: InspectedSetting,
  scope: string | undefined,
): Place {
  if (scope === 'machine') return 'user';
  if (scope === 'resource' && workspaceFolderValue !== undefined) return 'folder';
  return (workspaceValue ?? workspaceFolderValue) === undefined ? 'user' : 'workspace';
}
