import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { type IntakeSource, intake } from '#shared/intake/contract.ts';
import { useAction } from '../../api/query';
import { Button, FieldGroup, Sheet, TextField, toast } from '../../ui';
import { KIND_HELP } from './source-form';
import '../sheet-form.scss';

interface SecretSheetProps {
  source: IntakeSource;
  version: number;
  onSet: (source: IntakeSource) => void;
  onClose: () => void;
}

/** Sets the secret. It is written, never read: who forgot it sets another one. */
export function SecretSheet({ source, version, onSet, onClose }: SecretSheetProps) {
  const [secret, setSecret] = useState('');
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
  const save = () => {
    const judged = intake.setSecret.body.safeParse({ version, secret });
    if (!judged.success) return setError(fieldErrorsOf(judged.error.issues)[0]?.message);
    setError(undefined);
    void set.run({ params: { id: source.id }, body: judged.data });
  };
  return (
    <Sheet
      open
      title={source.secretSetAt === null ? '设置密钥' : '更换密钥'}
      subtitle={KIND_HELP[source.kind].secret}
      onClose={onClose}
      footer={
        <Button kind="primary" block pending={set.pending} onPress={save}>
          保存
        </Button>
      }
    >
      <View className="sheet-form">
        <FieldGroup>
          <TextField
            name="secret"
            label="密钥"
            kind="password"
            required
            focus
            maxLength={500}
            placeholder="从平台复制过来"
            value={secret}
            error={error}
            onDone={save}
            onChange={(next) => {
              setSecret(next);
              setError(undefined);
            }}
          />
        </FieldGroup>
        <Text className="sheet-form__words">
          保存后谁也看不到，只能再换一个。旧密钥马上失效，平台那边要一起改。
        </Text>
      </View>
    </Sheet>
  );
}
