import { known, type Model } from "../../model/model";
import { SHOP, WALLET } from "../../words/screens";
import { isNothing, shown } from "../amount";
import { Coin } from "./coin";
import { FromServer } from "./from-server";
import { Line } from "./skeleton";

/** What the bound wallet holds on the chain. */
export function OnChain({ model }: { model: Model }) {
  const config = known(model.config.value);
  const coin = config?.chain?.coin_symbol ?? "";
  return (
    <section class="card">
      <h2>{WALLET.balance}</h2>
      <FromServer of={model.tokens} again={model.actions.again} waiting={<Line count={2} />} small>
        {({ balance, coins }) => (
          <>
            <dl class="pairs">
              <div>
                <dt>{config?.token.symbol}</dt>
                <dd class="number">
                  <Coin />
                  {shown(balance)}
                </dd>
              </div>
              <div>
                <dt>{WALLET.coins(coin)}</dt>
                <dd class="number">{shown(coins, 3)}</dd>
              </div>
            </dl>
            {isNothing(coins) && <p class="warning">{SHOP.noFees(coin)}</p>}
          </>
        )}
      </FromServer>
    </section>
  );
}
