import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import {
  imports,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_ROWS,
  TRANSFER_ENTITIES,
  type TransferEntity,
} from '#shared/transfers/contract.ts';
import { useDownload, useUpload } from '../../api/files';
import { refreshAll, showDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { ActionBar, BarButton, Button, Card, Page, Row, Segmented, toast } from '../../ui';
import { ProgressBar, Question, Refusal } from '../parts';
import { countOf, importable } from '../words';
import './index.scss';

const TITLE = '导入';
const isWechat = process.env.TARO_ENV === 'weapp';
const ENDPOINTS = {
  leads: { template: imports.leadTemplate, upload: imports.uploadLeads },
  customers: { template: imports.customerTemplate, upload: imports.uploadCustomers },
} as const;

export default function NewImportPage() {
  const { entity } = useRouter().params;
  return (
    <Guarded title={TITLE} permission={(user) => importable(user).length > 0}>
      {(user) => <NewImport user={user} asked={entity as TransferEntity | undefined} />}
    </Guarded>
  );
}

const sizeOf = (bytes: number) =>
  bytes >= 1_048_576 ? `${(bytes / 1_048_576).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;

/** What is brought, and which file. */
function NewImport({ user, asked }: { user: CurrentUser; asked: TransferEntity | undefined }) {
  const entities = importable(user);
  const [entity, setEntity] = useState<TransferEntity>(
    asked && entities.includes(asked) ? asked : (entities[0] ?? 'leads'),
  );
  const noun = TRANSFER_ENTITIES[entity];
  const { template, upload: endpoint } = ENDPOINTS[entity];
  const upload = useUpload(endpoint, {});
  const download = useDownload(({ status, message }) => {
    if (status !== 401) toast(message, { kind: 'failed' });
  });
  const { file, pending, progress, error } = upload;

  const goOn = async (sent: ReturnType<typeof upload.choose>) => {
    const data = await sent;
    if (!data) return;
    showDetail(imports.get, { params: { id: data.id } }, data);
    void refreshAll(imports.list);
    void Taro.redirectTo({ url: `/transfer/import/index?id=${data.id}` });
  };
  const failed = file !== null && error !== null && !pending;
  const again = failed && (error.offline || error.retryable || error.status === 401);

  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      banner={<ConnectionBanner />}
      footer={
        <ActionBar
          primary={
            <Button
              block
              kind="primary"
              pending={pending}
              onPress={() => void goOn(again ? upload.retry() : upload.choose())}
            >
              {pending ? '正在上传' : again ? '再传一次' : failed ? '换一个文件' : '选择文件'}
            </Button>
          }
        >
          {again && (
            <BarButton icon="file-spreadsheet" label="换文件" onPress={() => void goOn(upload.choose())} />
          )}
        </ActionBar>
      }
    >
      <View className="transfer">
        <Question step="第 1 步，共 4 步" title={`用表格导入${noun}`}>
          {`Excel（.xlsx）或 CSV，最多 ${countOf(MAX_IMPORT_ROWS)} 行、${sizeOf(MAX_IMPORT_BYTES).replace('.0', '')}。先检查、再导入，导错了 7 天内可以撤销。`}
        </Question>
        {entities.length > 1 && (
          <Segmented
            options={entities.map((value) => ({ value, label: TRANSFER_ENTITIES[value] }))}
            value={entity}
            onChange={(next) => {
              if (pending) return;
              setEntity(next);
              upload.reset();
            }}
          />
        )}
        <Card>
          <Row
            icon="download"
            title={`下载${noun}模板`}
            detail="列名、填写说明和可用的词都在里面"
            acts
            disabled={download.pending}
            {...(download.pending ? { value: '正在下载' } : {})}
            onPress={() => void download.run(template, {}, `${noun}导入模板.xlsx`)}
          />
        </Card>
        {file && (
          <Card inset className="chosen">
            <View className="chosen__line">
              <Text className="chosen__name">{file.name}</Text>
              <Text className="chosen__size">
                {pending ? `${Math.floor(progress * 100)}%` : sizeOf(file.size)}
              </Text>
            </View>
            {pending && <ProgressBar done={progress} total={1} label="正在上传" />}
            {pending && progress >= 1 && <Text className="transfer__note">已上传，正在读取表格…</Text>}
          </Card>
        )}
        <Refusal error={pending || error?.status === 401 ? null : error} />
        <Text className="transfer__note">
          {isWechat
            ? '在微信里从聊天记录选文件：可以先把表格发给“文件传输助手”。自己的表格不用改列名，下一步可以指定哪一列是什么。'
            : '自己的表格不用改列名，下一步可以指定哪一列是什么。'}
        </Text>
      </View>
    </Page>
  );
}
