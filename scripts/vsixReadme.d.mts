export function vsixReadme(readme: string): string;
