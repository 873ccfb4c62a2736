import { afterEach, describe, expect, it, vi } from 'vitest';
import { absoluteUrl } from '../../src/bytes/url.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('text without a scheme', () => {
  const absolute = (text: string, page: object): string => {
    vi.stubGlobal('document', undefined);
    vi.stubGlobal('location', undefined);
    for (const [name, value] of Object.entries(page)) vi.stubGlobal(name, value);
    return absoluteUrl(text);
  };
  const PAGE = { location: { href: 'https://viewer.example/app/index.html?study=1' } };

  it.each([
    ['ct.dcm', 'https://viewer.example/app/ct.dcm'],
    ['/files/ct 1.dcm', 'https://viewer.example/files/ct%201.dcm'],
    ['../a.zip?token=b', 'https://viewer.example/a.zip?token=b'],
    ['//other.example/a.zip', 'https://other.example/a.zip'],
  ])('is relative to the page: %s', (text, url) => {
    expect(absolute(text, PAGE)).toBe(url);
  });

  it('is relative to the base that the document names', () => {
    const document = { baseURI: 'https://files.example/deep/' };
    expect(absolute('ct.dcm', { ...PAGE, document })).toBe('https://files.example/deep/ct.dcm');
  });

  it.each(['', 'https://pacs.example/a.dcm', 'blob:null/1', 'C:\\ct.dcm', 's3://bucket/a'])(
    'but not where there is a scheme, or nothing: %s',
    (text) => {
      expect(absolute(text, PAGE)).toBe(text);
    },
  );

  it('is as it is where there is no page, or none with a place', () => {
    expect(absolute('ct.dcm', {})).toBe('ct.dcm');
    const worker = { location: { href: 'blob:https://viewer.example/1-2' } };
    expect(absolute('ct.dcm', worker)).toBe('ct.dcm');
  });
});
