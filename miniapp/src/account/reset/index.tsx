import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { auth, newPassword } from '#shared/auth/contract.ts';
import { useAction } from '../../api/query';
import {
  Banner,
  Button,
  EmptyState,
  FieldGroup,
  fieldId,
  IconButton,
  Page,
  TextField,
  toast,
} from '../../ui';
import '../form.scss';

type Errors = Readonly<{ newPassword?: string | undefined; repeated?: string | undefined }>;

const openForgot = () => void Taro.redirectTo({ url: '/account/forgot/index' });

/** Opened by the link of a mail, `?token=`. */
export default function ResetPage() {
  const { token } = useRouter().params;
  const [chosen, setChosen] = useState('');
  const [repeated, setRepeated] = useState('');
  const [visible, setVisible] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [scrollTo, setScrollTo] = useState<string>();
  const kind = visible ? 'text' : 'password';

  const reset = useAction(auth.resetPassword, {
    onDone() {
      toast('密码已重置，请用新密码登录');
      void Taro.reLaunch({ url: '/pages/login/index' });
    },
    onError({ fields }) {
      setErrors({ newPassword: fields?.find(({ field }) => field === 'newPassword')?.message });
    },
  });

  const submit = () => {
    if (!token) return;
    const judged = newPassword.safeParse(chosen);
    const found: Errors = {
      newPassword: judged.success ? undefined : judged.error.issues[0]?.message,
      repeated: repeated === chosen ? undefined : '两次输入的新密码不一致',
    };
    setErrors(found);
    const wrong = found.newPassword ? 'newPassword' : found.repeated && 'repeated';
    setScrollTo(wrong && fieldId(wrong));
    if (!wrong) void reset.run({ body: { token, newPassword: chosen } });
  };

  if (!token || reset.error?.code === 'RESET_TOKEN_INVALID') {
    return (
      <Page title="设置新密码" home={null}>
        <EmptyState
          icon="key-round"
          title="链接已失效"
          hint="链接30分钟内有效，只能用一次。请重新获取，并打开最新的那封邮件。"
          action="重新获取"
          onAction={openForgot}
        />
      </Page>
    );
  }
  return (
    <Page
      title="设置新密码"
      home={null}
      scrollTo={scrollTo}
      banner={reset.error && !errors.newPassword && <Banner tone="danger">{reset.error.message}</Banner>}
    >
      <View className="account-form">
        <Text className="account-form__why">设置后，所有设备都需要用新密码重新登录。</Text>
        <FieldGroup>
          <TextField
            name="newPassword"
            label="新密码"
            required
            kind={kind}
            value={chosen}
            maxLength={128}
            error={errors.newPassword}
            hint="至少8位，混合字母、数字或符号"
            onChange={(value) => {
              setChosen(value);
              setErrors({ ...errors, newPassword: undefined });
            }}
            trailing={
              <IconButton
                icon={visible ? 'eye-off' : 'eye'}
                label={visible ? '隐藏密码' : '显示密码'}
                onPress={() => setVisible(!visible)}
              />
            }
          />
          <TextField
            name="repeated"
            label="再输一次"
            required
            kind={kind}
            value={repeated}
            maxLength={128}
            error={errors.repeated}
            onChange={(value) => {
              setRepeated(value);
              setErrors({ ...errors, repeated: undefined });
            }}
            onDone={submit}
          />
        </FieldGroup>
        <View className="account-form__buttons">
          <Button kind="primary" block pending={reset.pending} onPress={submit}>
            保存新密码
          </Button>
        </View>
      </View>
    </Page>
  );
}
