import { exports, imports, TRANSFER_ENTITIES } from '#shared/transfers/contract.ts';
import { type EventHandler, on } from '../../kernel/events.ts';
import { download, type Route, read, recordedDownload, upload, write } from '../../kernel/route.ts';
import { requestExport, takeExport, writeExport } from './exports.commands.ts';
import { getExport, listExports } from './exports.queries.ts';
import { workOnImport } from './import-run.ts';
import {
  cancelImport,
  checkImport,
  mapImport,
  receiveImport,
  startImport,
  undoImport,
} from './imports.commands.ts';
import { errorWorkbook, getImport, listImportRows, listImports, template } from './imports.queries.ts';
import { receiveFor } from './received-file.ts';
import { exportRequested, importRequested } from './transfers.events.ts';
import { transfers } from './transfers.ts';

const { leads, customers } = transfers;

export const transferRoutes: Route[] = [
  download(imports.leadTemplate, () => template(leads, TRANSFER_ENTITIES.leads)),
  upload(imports.uploadLeads, receiveFor(leads), (work, { file }) => receiveImport(work, leads, file)),
  download(imports.customerTemplate, () => template(customers, TRANSFER_ENTITIES.customers)),
  upload(imports.uploadCustomers, receiveFor(customers), (work, { file }) =>
    receiveImport(work, customers, file),
  ),
  read(imports.list, (context, { query }) => listImports(context, query)),
  read(imports.get, (context, { params }) => getImport(context, params.id)),
  write(imports.map, (work, { params, body }) => mapImport(work, params.id, body)),
  write(imports.check, (work, { params, body }) => checkImport(work, params.id, body.version)),
  write(imports.start, (work, { params, body }) => startImport(work, params.id, body)),
  write(imports.cancel, (work, { params }) => cancelImport(work, params.id)),
  write(imports.undo, (work, { params }) => undoImport(work, params.id)),
  read(imports.errors, (context, { params, query }) => listImportRows(context, params.id, query)),
  download(imports.errorFile, (context, { params }) => errorWorkbook(context, params.id)),
  read(exports.list, (context, { query }) => listExports(context, query)),
  write(exports.leads, (work, { body }) => requestExport(work, leads, body)),
  write(exports.customers, (work, { body }) => requestExport(work, customers, body)),
  read(exports.get, (context, { params }) => getExport(context, params.id)),
  recordedDownload(exports.file, (work, { params }) => takeExport(work, params.id)),
];

export const transferHandlers: readonly EventHandler[] = [
  on(importRequested, 'work', (context, { importId }) => workOnImport(context, importId)),
  on(exportRequested, 'write', (context, { exportId }) => writeExport(context, exportId)),
];
