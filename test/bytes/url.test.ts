import { describe, expect, it } from 'vitest';
import { absoluteUrl } from '../../src/bytes/url.ts';

const PAGE = 'https://viewer.example/app/index.html?study=1';

describe('text without a scheme', () => {
  it.each([
    ['ct.dcm', 'https://viewer.example/app/ct.dcm'],
    ['/files/ct 1.dcm', 'https://viewer.example/files/ct%201.dcm'],
    ['../a.zip?token=b', 'https://viewer.example/a.zip?token=b'],
    ['//other.example/a.zip', 'https://other.example/a.zip'],
  ])('is relative to a page: %s', (text, url) => {
    expect(absoluteUrl(text, PAGE)).toBe(url);
  });

  it('is relative to this page, where there is one', () => {
    const { document } = globalThis as { readonly document?: { readonly baseURI: string } };
    const url = document === undefined ? 'ct.dcm' : new URL('ct.dcm', document.baseURI).href;
    expect(absoluteUrl('ct.dcm')).toBe(url);
  });

  it.each(['', 'https://pacs.example/a.dcm', 'blob:null/1', 'C:\\ct.dcm', 's3://bucket/a'])(
    'but not where there is a scheme, or nothing: %s',
    (text) => {
      expect(absoluteUrl(text, PAGE)).toBe(text);
    },
  );

  it('is as it is where nothing can be relative to the place of the script', () => {
    expect(absoluteUrl('ct.dcm', 'blob:https://viewer.example/1-2')).toBe('ct.dcm');
  });
});
