import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { auth } from '#shared/auth/contract.ts';
import { useAction } from '../../api/query';
import { Banner, Button, EmptyState, FieldGroup, Page, TextField } from '../../ui';
import '../form.scss';

/** A browser has decoded it, a mini-program has not. */
function decoded(value: string | undefined): string {
  try {
    return decodeURIComponent(value ?? '');
  } catch {
    return value ?? '';
  }
}

const back = () => {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
  else void Taro.reLaunch({ url: '/pages/login/index' });
};

/** `?username=`: what stood on the login. */
export default function ForgotPage() {
  const { params } = useRouter();
  const [username, setUsername] = useState(() => decoded(params.username));
  const [missing, setMissing] = useState(false);
  const [sent, setSent] = useState(false);
  const ask = useAction(auth.forgotPassword, { onDone: () => setSent(true) });

  const submit = () => {
    setMissing(!username.trim());
    if (username.trim()) void ask.run({ body: { username } });
  };

  return (
    <Page title="忘记密码" banner={ask.error && <Banner tone="danger">{ask.error.message}</Banner>}>
      {sent ? (
        <EmptyState
          icon="mail"
          title="请查看邮箱"
          hint="如果账号存在且登记了邮箱，几分钟内会收到重置链接，30分钟内有效。没有收到，请看看垃圾邮件，或联系管理员重置。"
          action="返回登录"
          onAction={back}
        />
      ) : (
        <View className="account-form">
          <Text className="account-form__why">填写账号，我们把设置新密码的链接发到它登记的邮箱。</Text>
          <FieldGroup>
            <TextField
              name="username"
              label="账号"
              value={username}
              placeholder="用户名或手机号"
              maxLength={50}
              error={missing ? '请输入用户名或手机号' : undefined}
              onChange={(value) => {
                setUsername(value);
                setMissing(false);
              }}
              onDone={submit}
            />
          </FieldGroup>
          <View className="account-form__buttons">
            <Button kind="primary" block pending={ask.pending} onPress={submit}>
              发送重置链接
            </Button>
          </View>
          <Text className="account-form__note">
            需要公司已配置邮件，并且账号登记过邮箱（在“我的”里的个人资料填写）。否则请联系管理员重置密码。
          </Text>
        </View>
      )}
    </Page>
  );
}
