import type { AddressPlan } from '../../engine/protocol.ts';
import { Dialog } from '../Dialog.tsx';
import { useAddressesT } from '../i18n/useAddressesT.ts';
import { useBoard } from '../page.ts';
import { HostFigure } from './HostFigure.tsx';
import { Leases } from './Leases.tsx';
import { PodFigure } from './PodFigure.tsx';
import { PortBand, ServiceBand } from './Bands.tsx';
import css from './Addresses.module.css';

/** Every range of the cluster as a picture: who has what, and where the next number comes from. */
export default function AddressesDialog() {
  const words = useAddressesT();
  const plan = useBoard((state) => state.addresses);
  const showDialog = useBoard((state) => state.showDialog);
  return (
    <Dialog
      title={words.title}
      isWide
      onClose={() => {
        showDialog('none');
      }}
    >
      {plan === undefined ? (
        <p role="status" className={css['wait']}>
          {words.asking}
        </p>
      ) : (
        <Plan plan={plan} />
      )}
    </Dialog>
  );
}

/** Docker alone: every daemon has the same range, and none knows of the others. */
function NoFlannel() {
  const words = useAddressesT();
  return <p className={css['text']}>{words.noFlannel}</p>;
}

function Plan({ plan }: { readonly plan: AddressPlan }) {
  return (
    <div className={css['plan']}>
      {plan.pods ? <PodFigure pods={plan.pods} /> : <NoFlannel />}
      {plan.leases.length > 0 ? <Leases leases={plan.leases} /> : null}
      <HostFigure host={plan.host} nodes={plan.nodes} />
      {plan.pods ? (
        <div className={css['stack']}>
          <ServiceBand services={plan.services} />
          <PortBand ports={plan.nodePorts} />
        </div>
      ) : null}
    </div>
  );
}
