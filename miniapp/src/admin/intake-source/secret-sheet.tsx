import { Text } from '@tarojs/components';
import { useState } from 'react';
import { type IntakeSource, intake } from '#shared/intake/contract.ts';
import { useAction } from '../../api/query';
import { toast } from '../../ui';
import { OneFieldSheet } from '../one-field-sheet';
import { KIND_HELP } from './source-form';

interface SecretSheetProps {
  source: IntakeSource;
  version: number;
  onSet: (source: IntakeSource) => void;
  onClose: () => void;
}

/** Sets the secret. It is written, never read: who forgot it sets another one. */
export function SecretSheet({ source, version, onSet, onClose }: SecretSheetProps) {
  const [error, setError] = useState<string>();
  const set = useAction(intake.setSecret, {
    refresh: [intake.sources],
    onDone: (data) => {
      toast('密钥已保存');
      onSet(data);
    },
    onError: ({ status, code, fields, message }) => {
      if (status !== 401)
        setError(code === 'STALE' ? '刚刚有人改过这个来源，请返回后重试' : (fields?.[0]?.message ?? message));
    },
  });
  return (
    <OneFieldSheet
      title={source.secretSetAt === null ? '设置密钥' : '更换密钥'}
      subtitle={KIND_HELP[source.kind].secret}
      verb="保存"
      field={{
        name: 'secret',
        label: '密钥',
        kind: 'password',
        maxLength: 500,
        placeholder: '从平台复制过来',
      }}
      error={error}
      onError={setError}
      judge={(secret) => intake.setSecret.body.safeParse({ version, secret })}
      pending={set.pending}
      onSave={(body) => void set.run({ params: { id: source.id }, body })}
      onClose={onClose}
    >
      <Text className="sheet-form__words">
        保存后谁也看不到，只能再换一个。旧密钥马上失效，平台那边要一起改。
      </Text>
    </OneFieldSheet>
  );
}
