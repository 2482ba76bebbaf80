export function prepareSubject(subject: 'dist' | 'vsix'): Promise<string>;
