import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';
import { auth, type CurrentUser, type ProfileDraft, profileDraft } from '#shared/auth/contract.ts';
import type { FieldError } from '#shared/http/envelope.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { showDetail, useAction, useDetail } from '../../api/query';
import { keepUser } from '../../api/session';
import {
  Banner,
  Button,
  DetailSkeleton,
  ErrorState,
  FieldGroup,
  fieldId,
  Page,
  TextField,
  toast,
} from '../../ui';
import '../form.scss';

type Name = 'name' | 'mobile' | 'email';
type Errors = Readonly<Partial<Record<string, string>>>;
const NAMES: readonly Name[] = ['name', 'mobile', 'email'];

const errorsOf = (fields: readonly FieldError[]): Errors =>
  Object.fromEntries(fields.map(({ field, message }) => [field, message]));

export default function ProfilePage() {
  const profile = useDetail(auth.profile, {});
  const { data, error, refreshing } = profile;
  const [user, setUser] = useState<CurrentUser | null>(null);
  // What the device kept may be old: the form waits for the answer, and from then on for nobody.
  useEffect(() => {
    if (data && !refreshing) setUser((before) => before ?? data);
  }, [data, refreshing]);
  if (user) return <ProfileForm user={user} />;
  return (
    <Page title="个人资料">
      {error ? (
        <ErrorState error={error} onRetry={() => void profile.refresh()} pending={refreshing} />
      ) : (
        <View className="account-form">
          <DetailSkeleton />
        </View>
      )}
    </Page>
  );
}

function ProfileForm({ user }: { user: CurrentUser }) {
  const [values, setValues] = useState<Readonly<Record<Name, string>>>({
    name: user.name,
    mobile: user.mobile ?? '',
    email: user.email ?? '',
  });
  const [version, setVersion] = useState(user.version);
  const [errors, setErrors] = useState<Errors>({});
  const [scrollTo, setScrollTo] = useState<string>();

  const refuse = (found: Errors) => {
    setErrors(found);
    const first = NAMES.find((name) => found[name]);
    setScrollTo(first && fieldId(first));
  };
  const update = useAction(auth.updateProfile, {
    onDone(answer) {
      keepUser(answer);
      showDetail(auth.profile, {}, answer);
      toast('已保存');
      if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
    },
    onError(failed) {
      refuse(errorsOf(failed.fields ?? []));
      const { current } = (failed.details ?? {}) as { current?: CurrentUser };
      // Said above the form; saving once more is then meant.
      if (failed.code === 'STALE' && current) setVersion(current.version);
    },
  });

  const submit = () => {
    const draft: ProfileDraft = { version, ...values };
    const judged = profileDraft.safeParse(draft);
    if (!judged.success) return refuse(errorsOf(fieldErrorsOf(judged.error.issues)));
    setErrors({});
    return void update.run({ body: draft });
  };

  const field = (name: Name) => ({
    name,
    value: values[name],
    error: errors[name],
    onChange: (value: string) => {
      setValues((before) => ({ ...before, [name]: value }));
      if (errors[name]) setErrors((before) => ({ ...before, [name]: undefined }));
    },
  });
  const general = update.error && !NAMES.some((name) => errors[name]) ? update.error.message : null;
  return (
    <Page title="个人资料" scrollTo={scrollTo} banner={general && <Banner tone="danger">{general}</Banner>}>
      <View className="account-form">
        <FieldGroup>
          <TextField {...field('name')} label="姓名" required maxLength={50} />
          <TextField {...field('mobile')} label="手机号" kind="tel" maxLength={40} hint="可以用它登录" />
          <TextField
            {...field('email')}
            label="邮箱"
            kind="email"
            maxLength={200}
            hint="接收提醒，忘记密码时用它找回"
            onDone={submit}
          />
        </FieldGroup>
        <Text className="account-form__note">{`用户名 ${user.username}，部门与角色由管理员调整`}</Text>
        <View className="account-form__buttons">
          <Button kind="primary" block pending={update.pending} onPress={submit}>
            保存
          </Button>
        </View>
      </View>
    </Page>
  );
}
