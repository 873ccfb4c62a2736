import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import * as portable from '../../src/index.ts';
import * as node from '../../src/node/index.ts';

const src = fileURLToPath(new URL('../../src', import.meta.url));

describe('the public surface', () => {
  it('of the portable entry point', () => {
    expect(Object.keys(portable).sort()).toMatchInlineSnapshot(`
      [
        "DEFAULT_LIMITS",
        "DEFAULT_TOLERANCES",
        "FramedexError",
        "STANDARD_EDITION",
        "commonWindow",
        "contactSheet",
        "createContext",
        "dateTimeToDate",
        "defaultCodecs",
        "dictionaryEntry",
        "encodeVolume",
        "formatTag",
        "interleavedPixel",
        "isFramedexError",
        "labelVolume",
        "modalityValues",
        "open",
        "openArchive",
        "openFolder",
        "openHttp",
        "openRemote",
        "parseAge",
        "parseDate",
        "parseDateRange",
        "parseDateTime",
        "parseDateTimeRange",
        "parsePersonName",
        "parseTime",
        "parseTimeRange",
        "planeLayout",
        "rankSeries",
        "rasAffine",
        "realWorldValues",
        "render",
        "uidName",
      ]
    `);
  });

  it('of the Node entry point', () => {
    expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
      [
        "DEFAULT_LIMITS",
        "DEFAULT_TOLERANCES",
        "FramedexError",
        "STANDARD_EDITION",
        "commonWindow",
        "contactSheet",
        "createContext",
        "dateTimeToDate",
        "defaultCodecs",
        "dictionaryEntry",
        "encodeVolume",
        "formatTag",
        "interleavedPixel",
        "isFramedexError",
        "labelVolume",
        "modalityValues",
        "open",
        "openArchive",
        "openFolder",
        "openHttp",
        "openRemote",
        "parseAge",
        "parseDate",
        "parseDateRange",
        "parseDateTime",
        "parseDateTimeRange",
        "parsePersonName",
        "parseTime",
        "parseTimeRange",
        "planeLayout",
        "rankSeries",
        "rasAffine",
        "realWorldValues",
        "render",
        "uidName",
      ]
    `);
  });

  it('Node has all that is portable', () => {
    expect(Object.keys(node)).toEqual(expect.arrayContaining(Object.keys(portable)));
    for (const name of ['open', 'openArchive', 'openFolder', 'createContext', 'render']) {
      expect(node).toHaveProperty(name, expect.any(Function));
    }
  });

  it('has the types that its functions speak of', () => {
    const names = exportedNames(join(src, 'node', 'index.ts'));
    const contract =
      'Source ReadOptions ByteRange RemoteStats Input NodeOpenOptions OpenArchiveOptions OpenOptions DicomFile Dataset Element FrameIndex ' +
      'FrameRange Frame Samples DisplayAttributes Image RenderOptions Collection Series Instance ' +
      'VolumePlan PlanIssue Volume VolumeOptions ThumbnailOptions FrameOptions FramesOptions ' +
      'ReadStats Context ContextOptions NodeContextOptions Limits Warning ErrorCode ErrorDetails ' +
      'ImagePixel Keyword TagValues TagLike Codec Decoder DecodedFrame FramedexError isFramedexError ' +
      'FolderInput GivenFile HttpOptions HttpSourceOptions RemoteSourceOptions ReadRange RangeReply ReadRangeOptions';
    expect(contract.split(' ').filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(['index.ts', join('node', 'index.ts')])(
    'every export of %s has a description',
    (entry) => {
      const exported = exportedNames(join(src, entry));
      expect(exported.size).toBeGreaterThan(30);
      const bare = [...exported].filter(([, declaration]) => !isDescribed(declaration));
      // What each of the limits is, their type says.
      expect(bare.map(([name]) => name)).toEqual([]);
    },
  );

  it('every method that the public interfaces have for callers has a description', () => {
    const speaking = ['DicomFile', 'Collection', 'Series', 'Dataset', 'FrameIndex', 'Source'];
    const bare: string[] = [];
    for (const [name, declaration] of exportedNames(join(src, 'node', 'index.ts'))) {
      if (!speaking.includes(name) || !ts.isInterfaceDeclaration(declaration)) continue;
      const described = new Set<string>();
      const methods = declaration.members.filter(ts.isMethodSignature);
      for (const method of methods) if (isDescribed(method)) described.add(method.name.getText());
      const own = methods.map((method) => method.name.getText());
      bare.push(...own.filter((own) => !described.has(own)).map((own) => `${name}.${own}`));
    }
    // What these do is what their names say.
    const plain = ['DicomFile.close', 'Collection.close', 'Dataset.has', 'Source.read'];
    expect([...new Set(bare)].filter((one) => !plain.includes(one))).toEqual([]);
  });

  it('the package is one: no file of src is an entry point by accident', () => {
    const barrels = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((path) => basename(path) === 'index.ts')
      .sort();
    expect(barrels).toEqual([join('dicom', 'index.ts'), 'index.ts', join('node', 'index.ts')]);
  });
});

/** What a module exports, by name, with the declaration that it leads to. */
function exportedNames(path: string): Map<string, ts.Node> {
  const file = parse(path);
  const found = new Map<string, ts.Node>();
  for (const statement of file.statements) {
    if (!ts.isExportDeclaration(statement)) {
      // Of a function with overloads, the first is the one that is described.
      for (const [name, declaration] of declared(statement)) {
        if (!found.has(name)) found.set(name, declaration);
      }
      continue;
    }
    const { moduleSpecifier, exportClause } = statement;
    if (moduleSpecifier === undefined) {
      // A name that was imported, and is passed on.
      for (const [name, from] of passedOn(file, exportClause)) {
        const declaration = exportedNames(resolve(dirname(path), from)).get(name);
        if (declaration !== undefined) found.set(name, declaration);
      }
      continue;
    }
    if (!ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith('.')) continue;
    const from = exportedNames(resolve(dirname(path), moduleSpecifier.text));
    if (exportClause === undefined) {
      for (const [name, declaration] of from) if (!found.has(name)) found.set(name, declaration);
    } else if (ts.isNamedExports(exportClause)) {
      for (const { name, propertyName } of exportClause.elements) {
        const declaration = from.get((propertyName ?? name).text);
        if (declaration === undefined) throw new Error(`${name.text} is not in ${path}`);
        found.set(name.text, declaration);
      }
    }
  }
  return found;
}

function passedOn(
  file: ts.SourceFile,
  clause: ts.NamedExportBindings | undefined,
): [name: string, from: string][] {
  if (clause === undefined || !ts.isNamedExports(clause)) return [];
  const names = new Set(clause.elements.map(({ name }) => name.text));
  return file.statements.filter(ts.isImportDeclaration).flatMap((statement) => {
    const bindings = statement.importClause?.namedBindings;
    const { moduleSpecifier: from } = statement;
    if (bindings === undefined || !ts.isNamedImports(bindings) || !ts.isStringLiteral(from))
      return [];
    return bindings.elements
      .filter(({ name }) => names.has(name.text))
      .map(({ name }): [string, string] => [name.text, from.text]);
  });
}

function declared(statement: ts.Statement): [string, ts.Node][] {
  if (!ts.canHaveModifiers(statement)) return [];
  const exported = ts
    .getModifiers(statement)
    ?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
  if (exported !== true) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => [name.getText(), statement]);
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  ) {
    return statement.name === undefined ? [] : [[statement.name.text, statement]];
  }
  return [];
}

const parsed = new Map<string, ts.SourceFile>();

function parse(path: string): ts.SourceFile {
  let file = parsed.get(path);
  if (file === undefined) {
    file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
    parsed.set(path, file);
  }
  return file;
}

/** Whether a comment of the TSDoc kind stands before it, and says something. */
function isDescribed(node: ts.Node): boolean {
  return ts
    .getJSDocCommentsAndTags(node)
    .some((doc) => ts.isJSDoc(doc) && (ts.getTextOfJSDocComment(doc.comment) ?? '').length > 10);
}
